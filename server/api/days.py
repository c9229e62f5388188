"""The API of a day: making it, showing it, changing its heading, its locks, its export, its end."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.answers import Answer, read_body, read_json
from server.api.authority import Authority, holds_admin_token
from server.api.exports import export_answer
from server.api.files import asked_file
from server.api.locking import head_values, lock_as_asked, unlock_all
from server.api.resource import resource
from server.api.shapes import Clone
from server.api.values import day_value
from server.days.access import Role
from server.days.fields import clean_date, clean_title
from server.days.ids import is_id, shown_id
from server.days.locks import Target, find_target
from server.days.moments import parse_last_date
from server.days.people import Visitor
from server.days.view import DayView, load_day
from server.days.yaml_fields import MAX_LINE_LENGTH, is_line
from server.errors import BadInput, NotAuthenticated, NotFound
from server.service import Service
from storage import catalogue, journal
from storage.values import DayId, SectionId


class DayChange(msgspec.Struct, forbid_unknown_fields=True):
    """What may change of a day's heading; what is left out stays."""

    title: str | None = None
    subtitle: str | None = None
    organiser: str | None = None
    place: str | None = None
    delete_after: str | None = None
    """The date after which the day is deleted for good; "" for never."""


def routes(service: Service) -> list[Route]:
    authority = Authority(service)

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
        day = _day(request)
        await authority.in_day(request, day, Role.READER)
        view = await service.days.view(day)
        answer = Answer(await day_value(view, service))
        tag = f'"{blake2b(answer.body, digest_size=12).hexdigest()}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag, "cache-control": "no-store"})
        answer.headers["etag"] = tag
        return answer

    async def change(request: Request) -> Answer:
        """Change the day's heading. The programme's items are changed elsewhere."""
        day = _day(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        wanted = await read_json(request, DayChange)
        fields = {k: v.strip() for k, v in msgspec.structs.asdict(wanted).items() if v is not None}
        last_date = fields.pop("delete_after", None)
        if fields.get("title") == "":
            raise BadInput("A day needs a title: give one, or leave the field out.", field="title")
        for name, value in fields.items():
            if not is_line(value):
                raise BadInput(
                    f"`{name}` must be one line of at most {MAX_LINE_LENGTH} characters, "
                    "without control characters.",
                    field=name,
                )

        def work(db: Connection) -> DayView:
            found = catalogue.find_day(db, day)
            if found is None:
                raise NotFound(f"There is no day {day}.")
            changed = replace(found, **fields)
            if last_date is not None:
                ends = parse_last_date(last_date, timezone=found.timezone, now=service.clock())
                changed = replace(changed, delete_after=ends)
            catalogue.change_day(db, changed)
            why = "" if last_date is None else f"delete_after: {last_date or 'never'}"
            journal.write(db, day, at=service.clock(), who=visitor.person, what="change", why=why)
            return load_day(db, day)

        return Answer(await day_value(await service.store.write(work), service))

    async def clone(request: Request) -> Answer:
        """A new day with this programme, and none of what was written."""
        day = _day(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        wanted = await read_json(request, Clone)
        date = clean_date(wanted.date)
        title = None if wanted.title is None else clean_title(wanted.title, of="A day")
        entrance = await service.clone_day(day, title=title, date=date, by=visitor.person)
        return Answer(entrance.as_json(service.settings.address), 201)

    async def delete(request: Request) -> Answer:
        """Delete the day for good, with everything in it."""
        day = _day(request)
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
        day = _day(request)
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
        day = _day(request)
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


def _day(request: Request) -> DayId:
    return DayId(request.path_params["day"])
