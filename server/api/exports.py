"""Exports over HTTP: read in one moment of the store, written in another process.

The document library holds the interpreter's lock while it works, so an export of a long day in this
process would stall everybody's typing.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from server.days.contents import read_contents
from server.days.documents import FORMATS, PARTS, render
from server.errors import BadInput
from server.service import Service
from storage.values import DayId

T = TypeVar("T", bound=str)


async def export_answer(
    request: Request, service: Service, *, day: DayId, only: str | None
) -> Response:
    """The export that a request asks for, as a download. Raises BadInput or NotFound."""
    form = _chosen(request, "format", FORMATS)
    part = _chosen(request, "part", PARTS)
    contents = await service.store.read(lambda db: read_contents(db, day))
    file = await service.workers.run(render, contents, only or day, form, part)
    return Response(
        file.data,
        media_type=file.media_type,
        headers={
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        },
    )


def _chosen(request: Request, name: str, choices: tuple[T, ...]) -> T:
    wanted = request.query_params.get(name, choices[0])
    for choice in choices:
        if choice == wanted:
            return choice
    raise BadInput(f"`{name}` is one of {', '.join(choices)}, not “{wanted[:40]}”.", field=name)
