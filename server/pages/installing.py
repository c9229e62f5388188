"""What makes the site something to install and to open without a network: its manifest, and the
service worker, whose address has to stay. [What it keeps](../../docs/security.md#on-the-device) is
what answers allow it to."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.pages.assets import BuiltFile
from server.pages.language import language_of
from server.pages.words import WORDS

WORKER = "/service-worker.js"
MANIFEST = "/manifest.webmanifest"
MAY_KEEP = {"calepin-keep": "page"}
"""On a page that a device may keep for its person: there is no link or code in it."""
_ACCENT, _GROUND = "#1f4e79", "#ffffff"


def routes(assets: Mapping[str, str], files: Mapping[str, BuiltFile]) -> list[Route]:
    async def worker(_request: Request) -> Response:
        file = files[assets["service-worker.js"].removeprefix("/static/")]
        headers = {"cache-control": "no-cache"}
        return Response(file.data, headers=headers, media_type=file.media_type)

    async def manifest(request: Request) -> Response:
        language = language_of(request)
        return JSONResponse(
            {
                "name": WORDS[language]["app"],
                "short_name": WORDS[language]["app"],
                "description": WORDS[language]["app.what"],
                "lang": language,
                "id": "/",
                "start_url": "/",
                "scope": "/",
                "display": "standalone",
                "theme_color": _ACCENT,
                "background_color": _GROUND,
                "icons": [
                    {
                        "src": assets["icon.svg"],
                        "sizes": "any",
                        "type": "image/svg+xml",
                        "purpose": purpose,
                    }
                    for purpose in ("any", "maskable")
                ],
            },
            headers={"cache-control": "no-cache", "vary": "accept-language, cookie"},
            media_type="application/manifest+json",
        )

    return [Route(WORKER, worker), Route(MANIFEST, manifest)]
