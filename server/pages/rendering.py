"""Pages from templates: escaped, in the reader's language, with the client's hashed addresses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from server.languages import LANGUAGES
from server.pages.language import language_of
from server.pages.words import WORDS

_FOLDER = Path(__file__).with_name("templates")
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_WEEKDAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


class Pages:
    """Renders the templates. `assets` are the addresses of the built client."""

    def __init__(self, assets: Mapping[str, str]) -> None:
        self.assets = assets
        self._environment = environment()

    def render(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """One page. Never kept by anybody on the way: it shows what one person may see."""
        language = language_of(request)
        words = WORDS[language]

        def say(key: str, **fields: str) -> str:
            return words[key].format(**fields) if fields else words[key]

        html = self._environment.get_template(template).render(
            say=say,
            language=language,
            assets=self.assets,
            path=request.url.path,
            say_date=lambda iso: say_date(iso, language),
            **values,
        )
        response = HTMLResponse(html, status, headers={"cache-control": "no-store"})
        if request.query_params.get("lang") == language:
            response.set_cookie("lang", language, max_age=31_536_000, samesite="lax", path="/")
        return response


def gzipped(page: HTMLResponse) -> HTMLResponse:
    """The page compressed. Not for one that repeats what a request asked: its length would tell
    whoever makes somebody ask what else stands in it."""
    page.body = gzip.compress(page.body, 6, mtime=0)
    page.headers["content-length"] = str(len(page.body))
    page.headers["content-encoding"] = "gzip"
    page.headers["vary"] = "accept-encoding"
    return page


@cache
def environment() -> Environment:
    """The templates, compiled once for each process."""
    found = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["json"] = as_json
    found.globals["languages"] = LANGUAGES
    return found


def as_json(value: Any) -> Markup:
    """JSON for a `<script type="application/json">`: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - every character that HTML reads is escaped above


def say_date(iso: str, language: str) -> str:
    """A day in words; "" for none."""
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    weekday = _WEEKDAYS[language].split()[day.weekday()]
    month = _MONTHS[language].split()[day.month - 1]
    if language == "fr":
        number = "1ᵉʳ" if day.day == 1 else str(day.day)
        return f"{weekday} {number} {month} {day.year}"
    return f"{weekday} {day.day} {month} {day.year}"
