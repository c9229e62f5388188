"""The languages that people are answered in, and which of them a request asks for. Pure."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("fr", "en")
_MAX_HEADER = 1000


def accepted(header: str, *, otherwise: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4)."""
    best, best_weight = otherwise, 0.0
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
