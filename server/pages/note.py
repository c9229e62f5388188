"""The page of a note: its heading, and its text to read until the editor has it from the socket."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.locking import learn_names, lock_value
from server.api.people import mute_value
from server.days.people import Visitor
from server.days.view import DayView, ItemView, NoteView, load_day
from server.errors import NotFound
from server.pages.assets import takes_gzip
from server.pages.first_text import FirstTexts
from server.pages.installing import MAY_KEEP
from server.pages.language import language_of
from server.pages.rendering import Pages, gzipped
from server.pages.words import WORDS
from server.service import Service
from storage.values import DayId, NoteId


def routes(service: Service, pages: Pages) -> list[Route]:
    first_texts = FirstTexts(service)

    async def show(request: Request) -> Response:
        id = NoteId(request.path_params["note"])
        day_id = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(day_id, "", request.cookies)
        day = await service.store.read(lambda db: load_day(db, day_id))
        note, item = _find(day, id)
        await learn_names(service, [note.lock], [])
        language = language_of(request)
        title = item.title if item else WORDS[language]["day.conclusion"]
        page = pages.render(
            request,
            "note.html",
            day=day,
            item=item,
            first=await first_texts.of(note, done=WORDS[language]["note.task_done"]),
            removed=item in (*day.removed, *day.dropped),
            title=title,
            data=_data(language, day, note, title, visitor)
            | {
                "locked": lock_value(note.lock, service),
                "muted": await mute_value(service, visitor.person),
            },
        )
        page.headers.update(MAY_KEEP)
        return gzipped(page) if takes_gzip(request) else page

    return [Route("/d/{day}/n/{note}", show)]


def _find(day: DayView, id: NoteId) -> tuple[NoteView, ItemView | None]:
    """A note of the day, with its item unless it is the day's conclusion. Raises NotFound."""
    if id == day.conclusion.id:
        return day.conclusion, None
    item = day.item_of(id)
    if item is None:
        raise NotFound(f"There is no note {id} in this day.")
    return item.note, item


def _data(
    language: str, day: DayView, note: NoteView, title: str, visitor: Visitor
) -> dict[str, Any]:
    """What the page's script begins with; what changes later comes over the socket."""
    return {
        "language": language,
        "timezone": day.timezone,
        "day": {"id": day.id, "title": day.title},
        "note": {"id": note.id, "title": title},
        "person": {"id": visitor.person, "name": visitor.name, "colour": visitor.colour},
        "role": visitor.role.value,
        "exportHref": f"/api/notes/{note.id}/export?format=md",
        "dayHref": f"/d/{day.id}",
    }
