"""A note on a wall: large, live, and read only, whoever opened it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.locking import learn_names, lock_value
from server.days.access import Role, derive_token
from server.days.entrance import load_entrance
from server.days.identity import READING
from server.days.people import Visitor
from server.days.view import load_day
from server.errors import NotFound
from server.pages.addresses import seen_address
from server.pages.joining import door_address
from server.pages.language import language_of
from server.pages.qr import qr_code
from server.pages.rendering import Pages
from server.pages.words import WORDS
from server.service import Service
from storage.values import DayId, NoteId


def routes(service: Service, pages: Pages) -> list[Route]:
    async def show(request: Request) -> Response:
        id, note_id = DayId(request.path_params["day"]), NoteId(request.path_params["note"])
        visitor = await service.identity.in_day(id, "", request.cookies)
        day = await service.store.read(lambda db: load_day(db, id))
        item = day.item_of(note_id)
        note = item.note if item else day.conclusion
        if note.id != note_id:
            raise NotFound("There is no such note in this day.")
        language = language_of(request)
        title = item.title if item else WORDS[language]["day.conclusion"]
        await learn_names(service, [note.lock], [])
        token = await token_to_show(visitor)
        return pages.render(
            request,
            "project.html",
            day=day,
            item=item,
            title=title,
            qr=qr_code(door_address(seen_address(request, service), token, note_id))
            if token
            else "",
            leads_to_writing=visitor.role.may_write,
            data={
                "language": language,
                "timezone": day.timezone,
                "note": note.id,
                "token": READING,
                "locked": lock_value(note.lock, service),
            },
        )

    async def token_to_show(visitor: Visitor) -> str | None:
        """The link for those who see the wall: the writer's, but by whom has no more than a
        reader's, their own. Nobody is shown a right that they do not have."""
        if not visitor.role.may_lock:
            return derive_token(service.secret, visitor.link)
        entrance = await service.store.read(
            lambda db: load_entrance(db, visitor.day, secret=service.secret)
        )
        return entrance.tokens.get(Role.WRITER)

    return [Route("/d/{day}/n/{note}/project", show)]
