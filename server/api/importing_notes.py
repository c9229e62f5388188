"""The API of bringing a text into a note."""

from __future__ import annotations

from typing import Any, get_args

from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer, read_body
from server.api.authority import Authority
from server.api.resource import resource
from server.days.access import Role
from server.days.ids import shown_id
from server.errors import BadInput
from server.export.inline import clean
from server.export.panes import Pane
from server.incoming.formats import Format
from server.incoming.limits import MAX_FILE_BYTES
from server.service import Service
from server.sync.importing import File
from storage.values import NoteId

MAX_NAME_CHARACTERS = 200


def routes(service: Service) -> list[Route]:
    authority = Authority(service)
    importing = service.importing

    async def bring(request: Request) -> Answer:
        """Append a file to the note, in the name of who asks; answers when all of it is part of
        the note and shown."""
        note = NoteId(request.path_params["note"])
        visitor = await authority.in_note(request, note, Role.WRITER)
        pane: Pane = _one_of(request, "pane", {name: name for name in get_args(Pane)}, "notes")
        format = _one_of(request, "format", {one.value: one for one in Format} | {"": None}, "")
        name = clean(request.query_params.get("name", ""))[-MAX_NAME_CHARACTERS:] or "The text"
        async with importing.turn(visitor.person):
            # Before the file is read: whoever may not write need not send it.
            importing.require(await service.rooms.open(note), visitor)
            data = await read_body(request, at_most=MAX_FILE_BYTES)
            brought = await importing.bring(note, File(data, name, format), visitor, pane=pane)
        return Answer({"note": note, "pane": pane, "lines": brought.lines, "seq": brought.seq})

    return [resource("/api/notes/{note}/import", POST=bring)]


def _one_of(request: Request, field: str, values: dict[str, Any], default: str) -> Any:
    """What a parameter of the query names. Raises BadInput."""
    wanted = request.query_params.get(field, default)
    if wanted not in values:
        names = ", ".join(filter(None, values))
        raise BadInput(f"`{field}` is one of {names}; not {shown_id(wanted)}.", field=field)
    return values[wanted]
