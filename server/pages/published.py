"""The published day: read by anybody who has its address, without a link and without JavaScript.

What may be read is asked of the store each time, so what is taken back is gone at once; the pages
themselves are made once for all readers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.days.contents import read_contents
from server.days.ids import is_id
from server.days.moments import end_of
from server.days.publishing import Choice, choice_of, read_address
from server.errors import NotFound
from server.pages.assets import takes_gzip
from server.pages.reading import Places, Wanted, render_reading
from server.pages.rendering import Pages
from server.pages.shelf import Page, Shelf
from server.service import Service
from storage import catalogue, publication, versions
from storage.values import DayId, Milliseconds, NoteId

Form = Literal["html", "md"]
_MEDIA_TYPES: dict[Form, str] = {"html": "text/html", "md": "text/markdown"}
_HEADERS = {"cache-control": "public, no-cache", "vary": "accept-encoding"}
"""Anybody may keep a page, and has to ask before showing it again: it may have been taken back."""


@dataclass(frozen=True, slots=True)
class Now:
    """What is published of a day at this moment, and of which version it is."""

    choice: Choice
    version: versions.Version
    is_over: bool


def routes(service: Service, pages: Pages) -> list[Route]:
    shelf = Shelf(time.monotonic)

    async def answer(request: Request, form: Form) -> Response:
        day = DayId(request.path_params["day"])
        note = request.path_params.get("note")
        if note is not None and not is_id(note):
            raise NotFound("This note is not published.")
        try:
            now = await service.store.read(lambda db: published_now(db, day, service.clock()))
        except NotFound:
            shelf.forget(lambda key: isinstance(key, tuple) and key[0] == day)
            raise
        wanted = Wanted(
            note=None if note is None else NoteId(note),
            form=form,
            choice=now.choice,
            is_over=now.is_over,
            places=live_places(service, pages, day),
        )
        page = await shelf.page(
            (day, note, form),
            version=(now.version, now.is_over),
            choice=repr(now.choice),
            make=lambda: make(service, day, wanted),
        )
        return page_answer(request, page, form)

    async def html(request: Request) -> Response:
        return await answer(request, "html")

    async def markdown(request: Request) -> Response:
        return await answer(request, "md")

    path = "/d/{day}/read"
    return [
        Route(f"{path}.md", markdown),
        Route(f"{path}/{{note}}.md", markdown),
        Route(path, html),
        Route(f"{path}/{{note}}", html),
    ]


def live_places(service: Service, pages: Pages, day: DayId) -> Places:
    """Where the pages of a published day are on this server."""
    path = f"/d/{day}/read"
    return Places(
        day=path,
        markdown=f"{path}.md",
        before=f"{path}/",
        ending="",
        style=pages.assets["read.css"],
        script=pages.assets["read.js"],
        address=read_address(service.settings.address, day),
    )


async def make(service: Service, day: DayId, wanted: Wanted) -> Page:
    """A page as it is now, made in the process aside."""
    only = None if wanted.note is None else {wanted.note}
    contents = await service.store.read(lambda db: read_contents(db, day, only=only))
    return await service.aside.run(render_reading, contents, wanted)


def published_now(db: Connection, day: DayId, now: Milliseconds) -> Now:
    """Raises NotFound where nothing is published: whether there is such a day is nobody's to know.

    A few short queries, whatever is in the day.
    """
    found = catalogue.find_day(db, day) if is_id(day) else None
    choice = choice_of(publication.find(db, day)) if found else Choice()
    if found is None or not choice.is_public:
        raise NotFound("Nothing is published here.")
    return Now(choice, versions.of_day(db, day), is_over(found.date, found.timezone, now))


def is_over(day: str, timezone: str, now: Milliseconds) -> bool:
    """Whether the date of a day is past; never for a day without one."""
    return bool(day) and end_of(date.fromisoformat(day), timezone=timezone) <= now


def page_answer(request: Request, page: Page, form: Form) -> Response:
    """The page, or 304 where the asker has it."""
    headers = {**_HEADERS, "etag": page.etag}
    if _has(request.headers.get("if-none-match", ""), page.etag):
        return Response(status_code=304, headers=headers)
    data = page.data
    if takes_gzip(request):
        headers["content-encoding"] = "gzip"
        data = page.gzipped
    return Response(data, headers=headers, media_type=f"{_MEDIA_TYPES[form]}; charset=utf-8")


def _has(header: str, etag: str) -> bool:
    """Whether If-None-Match names it (RFC 9110, 13.1.2: weakly compared)."""
    known = (one.strip().removeprefix("W/") for one in header.split(","))
    return header.strip() == "*" or etag.removeprefix("W/") in known
