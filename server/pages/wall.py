"""All notes of a day on one screen: their last lines and their conclusions, as they are written."""

from __future__ import annotations

import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.days.hours import clock_of, is_on
from server.days.tails import Tail
from server.days.view import ItemView, NoteView, load_day
from server.pages.assets import takes_gzip
from server.pages.language import language_of
from server.pages.rendering import Pages
from server.pages.shelf import Page, Shelf
from server.pages.tailing import Tails
from server.service import Service
from storage import versions
from storage.values import DayId

FRESH_SECONDS = 1.5
"""How old what is shown may be while people write: so often at most a day is looked through, on
however many walls it is."""
_MINUTE_MS = 60_000


def routes(service: Service, pages: Pages) -> list[Route]:
    shelf = Shelf(time.monotonic, fresh_seconds=FRESH_SECONDS)
    tails = Tails(service)

    async def show(request: Request) -> Response:
        id = DayId(request.path_params["day"])
        await service.identity.in_day(id, "", request.cookies)
        day = await service.store.read(lambda db: load_day(db, id))
        data = {"language": language_of(request), "day": day.id}
        return pages.render(request, "wall.html", day=day, data=data)

    async def now(request: Request) -> Response:
        """What is on the wall, as JSON; 304 where the asker has it."""
        id = DayId(request.path_params["day"])
        await service.identity.in_day(id, "", request.cookies)
        version = await service.store.read(lambda db: versions.of_day(db, id))
        page = await shelf.page(
            id,
            # What is on changes with the minute.
            version=(version, service.clock() // _MINUTE_MS),
            choice=None,
            make=lambda: make(id),
        )
        headers = {"cache-control": "private, no-cache", "vary": "cookie", "etag": page.etag}
        if request.headers.get("if-none-match") == page.etag:
            return Response(status_code=304, headers=headers)
        data = page.data
        if takes_gzip(request):
            headers["content-encoding"] = "gzip"
            data = page.gzipped
        return Response(data, headers=headers, media_type="application/json")

    async def make(id: DayId) -> Page:
        day = await service.store.read(lambda db: load_day(db, id))
        found = await tails.of(day)
        clock = clock_of(day, service.clock())
        cards = [
            _card(item.note, found[item.note.id], item, on=is_on(item, clock))
            for _, item in day.items()
        ]
        cards.sort(key=lambda card: not card["on"])
        if found[day.conclusion.id] != Tail():
            cards.append(_card(day.conclusion, found[day.conclusion.id], None, on=False))
        return Page.of(json.dumps({"notes": cards}, ensure_ascii=False).encode())

    path = "/d/{day}/wall"
    return [Route(path, show), Route(f"{path}.json", now)]


def _card(note: NoteView, tail: Tail, item: ItemView | None, *, on: bool) -> dict[str, Any]:
    """`title` is null for the note of the day itself."""
    return {
        "note": note.id,
        "title": item.title if item else None,
        "room": item.room if item else "",
        "when": _when(item) if item else "",
        "on": on,
        "locked": note.lock is not None,
        "readable": tail.is_readable,
        "notes": [list(line) for line in tail.notes],
        "conclusions": [list(line) for line in tail.conclusions],
    }


def _when(item: ItemView) -> str:
    return f"{item.start}–{item.end}" if item.start and item.end else item.start
