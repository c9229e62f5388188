"""The API of a day: making it, showing it, changing its heading, its locks, its export, its end."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.acting import Acting, back, day_of, undo
from server.api.answers import Answer, read_body, read_json
from server.api.authority import Authority, holds_admin_token
from server.api.exports import export_answer
from server.api.files import asked_file
from server.api.locking import head_values, lock_as_asked, unlock_all
from server.api.resource import resource
from server.api.shapes import Clone, DayChange
from server.api.values import day_value
from server.days import edit_day
from server.days.access import Role
from server.days.edit import Act
from server.days.fields import clean_date, clean_title
from server.days.ids import is_id, shown_id
from server.days.locks import Target, find_target
from server.days.people import Visitor
from server.days.view import last_date_of
from server.errors import NotAuthenticated, NotFound
from server.service import Service
from storage import catalogue
from storage.values import DayId, SectionId


def routes(service: Service) -> list[Route]:
    authority, acting = Authority(service), Acting(service)

    async def create(request: Request) -> Answer:
        """Make a day from the file of a programme. Needs the admin token."""
        if not await holds_admin_token(service, request):
            raise NotAuthenticated(
                "Making a day needs the admin token, printed at the first start."
            )
        name, wanted = asked_file(request)
        entrance = await service.make_day(await read_body(request), name=name, wanted=wanted)
        return Answer(entrance.as_json(service.settings.address), 201)

    async def show(request: Request) -> Response:
        """The day as it is now, or 304 where that is what the asker has."""
        day = day_of(request)
        await authority.in_day(request, day, Role.READER)
        view = await service.days.view(day)
        answer = Answer(await day_value(view, service))
        tag = f'"{blake2b(answer.body, digest_size=12).hexdigest()}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag, "cache-control": "no-store"})
        answer.headers["etag"] = tag
        return answer

    async def change(request: Request) -> Answer:
        """Change the day's heading, or how long it is kept."""
        wanted = await acting.body_of(request, DayChange)
        path, fields = request.url.path, wanted.cleaned()

        def work(act: Act) -> dict[str, Any]:
            before, now = edit_day.change(act, fields, wanted.delete_after, was=wanted.was.seen())
            taken_back = back(before, now, fields)
            if wanted.delete_after is not None:
                taken_back["delete_after"] = last_date_of(before)
            return {"undo": undo("PATCH", path, taken_back)}

        return await acting.act(request, work)

    async def clone(request: Request) -> Answer:
        """A new day with this programme, and none of what was written."""
        day = day_of(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        wanted = await read_json(request, Clone)
        date = clean_date(wanted.date)
        title = None if wanted.title is None else clean_title(wanted.title, of="A day")
        entrance = await service.clone_day(day, title=title, date=date, by=visitor.person)
        return Answer(entrance.as_json(service.settings.address), 201)

    async def delete(request: Request) -> Answer:
        """Delete the day for good, with everything in it."""
        day = day_of(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        await service.retention.delete(day, by=visitor.person)
        await service.plans.refresh()
        service.rooms.tell_changed()
        return Answer({"day": day, "deleted": True})

    async def section_of(request: Request, day: DayId) -> SectionId | None:
        """The section in the address, None where it names none. Raises NotFound elsewhere."""
        wanted = request.path_params.get("section")
        if wanted is None:
            return None
        found = None
        if is_id(wanted):
            id = SectionId(wanted)
            found = await service.store.read(lambda db: catalogue.find_section(db, id))
        if found is None or found.day != day or found.removed_at is not None:
            raise NotFound(f"There is no section {shown_id(wanted)} in this day.")
        return found.id

    async def targets(request: Request) -> tuple[Target, Visitor]:
        day = day_of(request)
        visitor = await authority.in_day(request, day, Role.MODERATOR)
        wanted = await section_of(request, day) or day
        return await service.store.read(lambda db: find_target(db, wanted)), visitor

    async def lock(request: Request) -> Answer:
        """Lock every note of a day or section, now or at a given time; for now it answers when
        nothing more is accepted (K6)."""
        target, visitor = await targets(request)
        heads = await lock_as_asked(request, service, target, visitor)
        return Answer({"notes": await head_values(heads, service)})

    async def unlock(request: Request) -> Answer:
        target, visitor = await targets(request)
        heads = await unlock_all(service, target.notes, visitor)
        return Answer({"notes": await head_values(heads, service)})

    async def export(request: Request) -> Response:
        """The day, or a section of it, as one document."""
        day = day_of(request)
        await authority.in_day(request, day, Role.READER)
        only = await section_of(request, day)
        return await export_answer(request, service, day=day, only=only)

    path, section = "/api/days/{day}", "/api/days/{day}/sections/{section}"
    return [
        resource("/api/days", POST=create),
        resource(path, GET=show, PATCH=change, DELETE=delete),
        resource(f"{path}/clone", POST=clone),
        *(resource(f"{base}/lock", POST=lock) for base in (path, section)),
        *(resource(f"{base}/unlock", POST=unlock) for base in (path, section)),
        *(resource(f"{base}/export", GET=export) for base in (path, section)),
    ]
