"""Which language a page speaks: what its reader chose, what their browser asks for, or French."""

from __future__ import annotations

from starlette.requests import Request

from server.pages.words import LANGUAGES

COOKIE = "lang"
_MAX_HEADER = 1000


def language_of(request: Request) -> str:
    """ "fr" or "en" (U5)."""
    chosen = request.query_params.get(COOKIE) or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return accepted(request.headers.get("accept-language", ""))


def accepted(header: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4)."""
    best, best_weight = LANGUAGES[0], 0.0
    for part in header[:_MAX_HEADER].split(","):
        name, _, parameter = part.strip().partition(";")
        language = name.strip().partition("-")[0].lower()
        weight = _weight(parameter)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    key, _, value = parameter.strip().partition("=")
    if key.strip() != "q":
        return 1.0
    try:
        return max(0.0, min(1.0, float(value)))
    except ValueError:
        return 0.0
