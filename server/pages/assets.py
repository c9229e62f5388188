"""The built client: names with a hash of their content, kept by browsers for ever.

It is read once, at the start: a client that is built anew under a running server changes nothing
until the next start, and no page ever names a file that is no longer there.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.errors import Unavailable

FOLDER = Path(__file__).resolve().parent.parent / "static"
MANIFEST = "manifest.json"
BROTLI = ".br"
"""Beside a file: the same in brotli, which the build makes at leisure. It saves a tenth of gzip."""
FOR_EVER = "public, max-age=31536000, immutable"
_COMPRESSIBLE = ("text/", "application/javascript", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file of the client, and its smaller forms by the name of their coding, smallest first."""

    data: bytes
    coded: Mapping[str, bytes]
    media_type: str


def read_manifest(folder: Path = FOLDER) -> Mapping[str, str]:
    """The address of each entry of the client. Raises Unavailable where the client is not built."""
    try:
        names: dict[str, str] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise Unavailable("The pages are not built yet: run `make setup` first.") from None
    return {entry: f"/static/{name}" for entry, name in names.items()}


def read_style(folder: Path = FOLDER) -> str:
    """The style of the published pages. Raises Unavailable where the client is not built."""
    return (folder / Path(read_manifest(folder)["read.css"]).name).read_text("utf-8")


def read_files(folder: Path = FOLDER) -> Mapping[str, BuiltFile]:
    """Every file of the built client by its name, compressed once for all who will ask."""
    return {
        path.name: _read(path)
        for path in folder.iterdir()
        if path.is_file() and path.name != MANIFEST and path.suffix != BROTLI
    }


def routes(files: Mapping[str, BuiltFile]) -> list[Route]:
    """The client under /static. Only names that were built exist: a path leads nowhere else."""

    async def serve(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
        data = file.data
        for coding, smaller in file.coded.items():
            if takes(request, coding):
                headers["content-encoding"], data = coding, smaller
                break
        return Response(data, headers=headers, media_type=file.media_type)

    return [Route("/static/{name}", serve)]


def _read(path: Path) -> BuiltFile:
    data = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    coded: dict[str, bytes] = {}
    if media_type.startswith(_COMPRESSIBLE):
        brotli = path.with_name(path.name + BROTLI)
        if brotli.is_file():
            coded["br"] = brotli.read_bytes()
        coded["gzip"] = gzip.compress(data, mtime=0)
    smaller = {coding: form for coding, form in coded.items() if len(form) < len(data)}
    return BuiltFile(data, smaller, media_type)


def takes_gzip(request: Request) -> bool:
    """Whether an answer may be compressed with gzip."""
    return takes(request, "gzip")


def takes(request: Request, coding: str) -> bool:
    """Whether Accept-Encoding names a coding without refusing it (RFC 9110, 12.5.3)."""
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip().lower() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
