"""Which language a page speaks: what its reader chose, what their browser asks for, or French."""

from __future__ import annotations

from starlette.requests import Request

from server.languages import LANGUAGES, accepted

COOKIE = "lang"


def language_of(request: Request) -> str:
    """ "fr" or "en" (U5)."""
    chosen = request.query_params.get(COOKIE) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return accepted(request.headers.get("accept-language", ""), otherwise="fr")
