"""The API of one note: where it stands, its authors, its lock, its held updates, its export."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.answers import Answer, read_json
from server.api.authority import Authority
from server.api.exports import export_answer
from server.api.locking import head_values, lock_as_asked, unlock_all
from server.api.resource import resource
from server.days.access import Role
from server.days.ids import shown_id
from server.days.locks import Target
from server.errors import BadInput, NotFound
from server.service import Service
from server.sync.held import Decision, decide_held
from server.sync.leaving import MAX_CHARACTERS
from server.sync.typed import typed_beyond
from storage import catalogue, people
from storage.held import of_note
from storage.log import head as head_of
from storage.values import ConnectionId, HeldState, HeldUpdate, NoteId, PersonId

_HELD = re.compile(r"[0-9]{1,18}")
"""What the store counts with; Python would read numbers of any length, and of any script."""


class HeldRequest(msgspec.Struct, forbid_unknown_fields=True):
    do: Decision


class LateText(msgspec.Struct, forbid_unknown_fields=True):
    text: str


def routes(service: Service) -> list[Route]:
    authority = Authority(service)
    rooms = service.rooms

    async def show(request: Request) -> Answer:
        """Where a note stands: position, lock, who is in it, how much is held."""
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.READER)
        head, held = await service.store.read(
            lambda db: (head_of(db, note), of_note(db, note, state=HeldState.OPEN))
        )
        here = [{"name": p.name, "colour": p.colour} for p in rooms.who(note)]
        (value,) = await head_values([head], service)
        body = value | {"day": visitor.day, "people": here}
        return Answer(body | {"held": len(held)})

    async def authors(request: Request) -> Answer:
        """Who wrote in the note, and under which client ids: with the text itself, that says who
        wrote each of its characters (H2)."""
        note = _note(request)
        await authority.in_note(request, note, Role.READER)
        writers = await service.store.read(lambda db: people.writers(db, note))
        return Answer(
            {
                "authors": [
                    {"person": one.id, "name": one.name, "colour": one.colour, "clients": clients}
                    for one, clients in writers
                ]
            }
        )

    async def lock(request: Request) -> Answer:
        """Warn the people in the note, then lock it. Answers when nothing more is accepted, or at
        once where it is to be locked later."""
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        heads = await lock_as_asked(request, service, Target(visitor.day, (note,)), visitor)
        return Answer((await head_values(heads, service))[0])

    async def unlock(request: Request) -> Answer:
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        heads = await unlock_all(service, [note], visitor)
        return Answer((await head_values(heads, service))[0])

    async def held(request: Request) -> Answer:
        """What was typed while the note was locked and is not part of it yet (K4): one entry for
        all that is decided together."""
        note = _note(request)
        await authority.in_note(request, note, Role.MODERATOR)
        waiting = await service.store.read(lambda db: of_note(db, note, state=HeldState.OPEN))
        await service.identity.learn({one.author for one in waiting})
        has = (await rooms.open(note)).replica.committed_state()
        return Answer(
            {
                "held": [
                    {
                        "id": first.id,
                        "person": first.author,
                        "by": service.identity.name_of(first.author),
                        "at": first.at,
                        "updates": 1 + len(others),
                        "text": typed_beyond([one.data for one in (first, *others)], has),
                    }
                    for first, *others in _by_connection(waiting)
                ]
            }
        )

    async def mine(request: Request) -> Answer:
        """What the one who asks wrote too late, and waits: for its author to read and to copy."""
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.WRITER)
        waiting = await service.store.read(lambda db: of_note(db, note, state=HeldState.OPEN))
        own = [one.data for one in waiting if one.author == visitor.person]
        has = (await rooms.open(note)).replica.committed_state()
        return Answer({"updates": len(own), "text": typed_beyond(own, has)})

    async def leave(request: Request) -> Answer:
        """Leave a text for the moderators of a locked note: it waits like what came too late."""
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.WRITER)
        text = (await read_json(request, LateText)).text.strip()
        if not text:
            raise BadInput("There is nothing in this text.", field="text")
        if len(text) > MAX_CHARACTERS:
            raise BadInput(
                f"This text has {len(text)} characters; at most {MAX_CHARACTERS} are taken.",
                field="text",
            )
        await service.leaving.leave(note, text, visitor)
        return await mine(request)

    async def decide(request: Request) -> Answer:
        """Merge a held update into the note, keep it as a late contribution, or discard it."""
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        decision = (await read_json(request, HeldRequest)).do
        id = _held(request)
        room = await rooms.open(note)
        await decide_held(
            service.store,
            service.pump,
            room,
            id,
            decision,
            by=visitor.person,
            at=service.clock(),
        )
        return Answer({"held": id, "done": decision.value})

    async def export(request: Request) -> Response:
        """The note as a document."""
        note = _note(request)
        visitor = await authority.in_note(request, note, Role.READER)
        found = await service.store.read(lambda db: catalogue.find_note(db, note))
        if found is None:
            raise NotFound(f"There is no note {note} here.", note=note)
        return await export_answer(request, service, day=visitor.day, only=note)

    path = "/api/notes/{note}"
    return [
        resource(path, GET=show),
        resource(f"{path}/authors", GET=authors),
        resource(f"{path}/lock", POST=lock),
        resource(f"{path}/unlock", POST=unlock),
        resource(f"{path}/held", GET=held),
        resource(f"{path}/own-held", GET=mine, POST=leave),
        resource(f"{path}/held/{{held}}", POST=decide),
        resource(f"{path}/export", GET=export),
    ]


def _by_connection(waiting: Iterable[HeldUpdate]) -> Iterable[list[HeldUpdate]]:
    """What is held of each connection: it builds on itself, and is decided together."""
    together: dict[tuple[PersonId, ConnectionId], list[HeldUpdate]] = {}
    for one in waiting:
        together.setdefault((one.author, one.connection), []).append(one)
    return together.values()


def _held(request: Request) -> int:
    """The number of a held update in the address. Raises NotFound for what is no such number."""
    wanted = request.path_params["held"]
    if _HELD.fullmatch(wanted) is None:
        raise NotFound(f"No held update {shown_id(wanted)} waits in this note.")
    return int(wanted)


def _note(request: Request) -> NoteId:
    return NoteId(request.path_params["note"])
