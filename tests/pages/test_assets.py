"""The built client: compressed, kept for ever, and nothing else of the disk."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from server.errors import Unavailable
from server.pages import assets


def ask(folder: Path) -> httpx.AsyncClient:
    app = Starlette(routes=assets.routes(assets.read_files(folder)))
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://t", trust_env=False)


async def test_a_file_is_kept_for_ever_and_compressed_for_who_can_read_it(built: Path) -> None:
    source = (built / "note-AB12.js").read_bytes()
    async with ask(built) as client:
        plain = await client.get("/static/note-AB12.js", headers={"accept-encoding": "identity"})
        small = await client.get("/static/note-AB12.js", headers={"accept-encoding": "zstd, gzip"})
        refused = await client.get("/static/note-AB12.js", headers={"accept-encoding": "gzip;q=0"})
        image = await client.get("/static/dot-CD34.png")
    assert plain.content == small.content == refused.content == source
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) == len(gzip.compress(source, mtime=0))
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert image.headers["content-type"] == "image/png"
    for answer in (plain, small, image):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "accept-encoding"


async def test_the_smaller_coding_goes_to_who_takes_it(built: Path) -> None:
    (built / "note-AB12.js.br").write_bytes(b"brotli")
    async with ask(built) as client:
        address = "/static/note-AB12.js"
        both = await client.head(address, headers={"accept-encoding": "gzip, deflate, br"})
        refused = await client.head(address, headers={"accept-encoding": "gzip, br;q=0"})
        itself = await client.get(f"{address}.br")
    assert both.headers["content-encoding"] == "br"
    assert int(both.headers["content-length"]) == len(b"brotli")
    assert refused.headers["content-encoding"] == "gzip"
    assert itself.status_code == 404


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "path", ["manifest.json", "..%2f..%2fpyproject.toml", "%2e%2e/conftest.py", "", "%00"]
)
async def test_only_built_files_are_there(built: Path, path: str) -> None:
    async with ask(built) as client:
        assert (await client.get(f"/static/{path}")).status_code == 404


async def test_a_client_built_anew_does_not_change_a_running_server(built: Path) -> None:
    async with ask(built) as client:
        (built / "note-AB12.js").unlink()
        assert (await client.get("/static/note-AB12.js")).status_code == 200


def test_a_client_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="make setup"):
        assets.read_manifest(tmp_path)


def test_the_manifest_names_addresses(built: Path) -> None:
    assert assets.read_manifest(built) == {"note.js": "/static/note-AB12.js"}
