"""The API of what was written lately in a note: by whom, and taking it back (H3)."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer, read_json
from server.api.authority import Authority
from server.api.resource import resource
from server.days.access import Role
from server.days.ids import is_id, shown_id
from server.errors import BadInput, NotFound
from server.service import Service
from server.sync.taking_back import MAX_MINUTES, Reversal
from storage import people, recent
from storage.values import Milliseconds, NoteId, PersonId

_NUMBER = re.compile(r"[0-9]{1,18}")


class TakeBackRequest(msgspec.Struct, forbid_unknown_fields=True):
    minutes: int


def routes(service: Service) -> list[Route]:
    authority = Authority(service)
    taking_back = service.taking_back

    async def show(request: Request) -> Answer:
        """Who wrote in the last minutes, and what was taken back of whom."""
        note = NoteId(request.path_params["note"])
        await authority.in_note(request, note, Role.MODERATOR)
        since = Milliseconds(service.clock() - _minutes(request) * 60_000)
        counts, taken = await service.store.read(
            lambda db: (
                recent.authors(db, note, since=since),
                recent.taken_back(db, note, since=since),
            )
        )
        who = {*counts, *(one.person for one in taken), *(one.by for one in taken)}
        named = await service.store.read(lambda db: people.names(db, who))
        return Answer(
            {
                "people": [
                    {"person": id, "name": named[id], "edits": count}
                    for id, count in sorted(counts.items(), key=lambda pair: -pair[1])
                    if id in named
                ],
                "taken_back": [
                    {
                        "seq": one.seq,
                        "person": one.person,
                        "name": named.get(one.person, one.person),
                        "by": named.get(one.by, one.by),
                        "at": one.at,
                        "given_back": one.given,
                    }
                    for one in taken
                ],
            }
        )

    async def preview(request: Request) -> Answer:
        """What would go, and what would come again."""
        note, person = await who(request)
        edits, found = await taking_back.preview(note, person, _minutes(request))
        return Answer({"edits": edits} | _texts(found))

    async def take_back(request: Request) -> Answer:
        """Take it back; answers when it is part of the note and shown."""
        note, person = await who(request)
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        wanted = await read_json(request, TakeBackRequest)
        seq, found = await taking_back.take_back(note, person, wanted.minutes, by=visitor.person)
        return Answer({"seq": seq} | _texts(found))

    async def reverse(request: Request) -> Answer:
        """Give back what was taken back, or take it back again."""
        note, person = await who(request)
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        wanted = request.path_params["seq"]
        if _NUMBER.fullmatch(wanted) is None:
            raise NotFound(f"There is no row {shown_id(wanted)} in this note.")
        seq, found = await taking_back.reverse(note, person, int(wanted), by=visitor.person)
        return Answer({"seq": seq} | _texts(found))

    async def who(request: Request) -> tuple[NoteId, PersonId]:
        """The note and the person of the address. Raises NotFound."""
        note, person = NoteId(request.path_params["note"]), request.path_params["person"]
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        id = PersonId(person)
        if not is_id(person) or not await service.store.read(
            lambda db: people.some(db, visitor.day, [id], removed_too=True)
        ):
            raise NotFound(f"There is nobody {shown_id(person)} in this day.")
        return note, id

    path = "/api/notes/{note}/recent"
    return [
        resource(path, GET=show),
        resource(f"{path}/{{person}}", GET=preview, POST=take_back),
        resource(f"{path}/{{person}}/{{seq}}/reverse", POST=reverse),
    ]


def _texts(found: Reversal) -> dict[str, Any]:
    return {"removes": found.removes, "restores": found.restores}


def _minutes(request: Request) -> int:
    """`minutes` of the query, 10 where it is not said. Raises BadInput."""
    wanted = request.query_params.get("minutes", "10")
    if _NUMBER.fullmatch(wanted) is None or not 1 <= int(wanted) <= MAX_MINUTES:
        raise BadInput(f"`minutes` is a number from 1 to {MAX_MINUTES}.", field="minutes")
    return int(wanted)
