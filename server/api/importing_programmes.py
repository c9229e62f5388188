"""A day's programme from a file once more: differences are seen, and these are brought in."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer, language_of, read_body
from server.api.authority import Authority
from server.api.files import asked_file
from server.api.resource import resource
from server.api.values import day_value
from server.days.access import Role
from server.days.blank import is_blank, read_written
from server.days.differences import Differences, compare
from server.days.differences_value import differences_value
from server.days.edit import Act
from server.days.ids import new_client_id, new_id
from server.days.importing import Making, beginnings, bring_in, wanted_for
from server.days.incoming.formats import read_programme
from server.days.view import DayView, load_day
from server.errors import BadInput
from server.export.panes import initial_update
from server.sentences import sentence
from server.service import Service
from storage.values import DayId, ItemId


def routes(service: Service) -> list[Route]:
    authority = Authority(service)

    async def bring(request: Request) -> Answer:
        """Compare a file with the programme; with `apply`, do what was shown under that version."""
        day = DayId(request.path_params["day"])
        by = (await authority.in_day(request, day, Role.ORGANISER)).person
        name, asked = asked_file(request)
        removes = _removes(request)
        there = await service.store.read(lambda db: load_day(db, day))
        data = await read_body(request)
        # In another process: a file from anywhere may be slow to read, whatever its limits.
        wanted = wanted_for(there, asked.date)
        reading = partial(read_programme, name=name, wanted=wanted)
        incoming = await service.aside.run(reading, data)
        differences = await service.store.read(lambda db: compare(load_day(db, day), incoming))
        blank = await blank_ones(differences)
        said = differences_value(
            differences, incoming, blank=blank, removes=removes, language=language_of(request)
        )
        seen = request.query_params.get("apply")
        if seen is None:
            return Answer(said | {"applied": False, "day": await day_value(there, service)})
        begins = await asyncio.to_thread(
            beginnings, incoming, Making(new_client_id, initial_update)
        )
        at = service.clock()

        def work(db: Connection) -> DayView:
            act = Act.begin(db, day, by=by, at=at)
            taken = blank if removes else {}
            bring_in(act, incoming, begins, seen=seen, blank=taken, new_id=new_id)
            return load_day(db, day)

        view = await service.store.write(work)
        await service.headings.refresh()
        service.rooms.tell_changed()
        return Answer(said | {"applied": True, "day": await day_value(view, service)})

    async def blank_ones(differences: Differences) -> dict[ItemId, int]:
        """The items that the file lacks and whose notes nobody would miss, with their positions."""
        found: dict[ItemId, int] = {}
        for _, item in differences.missing:
            written = await service.store.read(partial(read_written, note=item.note.id))
            if await service.aside.run(is_blank, written):
                found[item.id] = written.seq
        return found

    return [resource("/api/days/{day}/programme", POST=bring)]


def _removes(request: Request) -> bool:
    """Whether what the file lacks is taken out, where nobody wrote anything. Raises BadInput."""
    wanted = request.query_params.get("remove", "")
    if wanted not in ("", "blank"):
        raise BadInput(sentence("`remove` is `blank`, or left out."), field="remove")
    return wanted == "blank"
