"""The API of what a note was like earlier in the day, and of coming back to it (H1, H3)."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer
from server.api.authority import Authority
from server.api.resource import resource
from server.days.access import Role
from server.days.looking_back import everybody, parts_then
from server.errors import NotFound, Unavailable
from server.export.markdown import markdown
from server.export.panes import panes
from server.export.tree import tree
from server.service import Service
from server.sync.document import Choked, replay
from storage import people
from storage.moments import moments
from storage.values import NoteId, PersonId

_POSITION = re.compile(r"[0-9]{1,18}")


def routes(service: Service) -> list[Route]:
    authority = Authority(service)

    async def show(request: Request) -> Answer:
        """The minutes in which somebody wrote in the note, locked it or unlocked it."""
        note = NoteId(request.path_params["note"])
        await authority.in_note(request, note, Role.WRITER)
        found = await service.store.read(lambda db: moments(db, note))
        names = await service.store.read(lambda db: people.names(db, everybody(found)))
        return Answer(
            {
                "moments": [
                    {
                        "seq": one.seq,
                        "at": one.at,
                        "edits": one.edits,
                        "people": [names[id] for id in one.authors if id in names],
                        "acts": [
                            {"what": act.what, "by": names.get(PersonId(act.who), act.who)}
                            for act in one.acts
                        ],
                    }
                    for one in found
                ]
            }
        )

    async def then(request: Request) -> Answer:
        """The note as it was at a position, as Markdown."""
        note = NoteId(request.path_params["note"])
        await authority.in_note(request, note, Role.WRITER)
        seq = position(request.path_params["seq"])
        async with service.exports.place() as aside:
            parts = await service.store.read(lambda db: parts_then(db, note, seq))
            try:
                texts: dict[str, Any] = await aside.run(as_markdown, parts)
            except Choked as error:
                raise Unavailable("This note cannot be read now; try again soon.") from error
        return Answer({"seq": seq} | texts)

    async def restore(request: Request) -> Answer:
        """Make the note again what it was; answers when that is part of it and shown."""
        note = NoteId(request.path_params["note"])
        visitor = await authority.in_note(request, note, Role.MODERATOR)
        seq = position(request.path_params["seq"])
        return Answer({"seq": await service.restoring.restore(note, seq, visitor)})

    path = "/api/notes/{note}/moments"
    return [
        resource(path, GET=show),
        resource(f"{path}/{{seq}}", GET=then),
        resource(f"{path}/{{seq}}/restore", POST=restore),
    ]


def position(wanted: str) -> int:
    """A position in a log as an address has it. Raises NotFound."""
    if _POSITION.fullmatch(wanted) is None:
        raise NotFound("There is no such moment of this note.")
    return int(wanted)


def as_markdown(parts: list[bytes]) -> dict[str, str]:
    """Both panes, for a process that may take its time. Raises Choked."""
    found = panes(replay(parts))
    return {
        "notes": markdown(tree(found.notes)),
        "conclusions": markdown(tree(found.conclusions)),
    }
