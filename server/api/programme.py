"""The API of a day's programme: its sections and items, each act with what takes it back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.routing import Route

from server.api.acting import Acting, back, day_of, undo
from server.api.answers import Answer
from server.api.authority import Authority
from server.api.resource import resource
from server.api.shapes import ItemChange, ItemNew, Move, Place, SectionChange, SectionNew, Swap
from server.days import edit_items, edit_sections
from server.days.access import Role
from server.days.blank import is_blank, read_written
from server.days.create import Beginning
from server.days.edit import Act
from server.days.ids import new_client_id, new_id
from server.errors import BadInput, Conflict
from server.export.panes import initial_update
from server.service import Service
from storage.values import ItemId, NoteId, SectionId


def routes(service: Service) -> list[Route]:
    authority, acting = Authority(service), Acting(service)
    act, body_of = acting.act, acting.body_of

    async def add_section(request: Request) -> Answer:
        wanted = await body_of(request, SectionNew)
        id, path = SectionId(new_id()), _path(request)

        def work(act: Act) -> dict[str, Any]:
            edit_sections.add(act, id, wanted.cleaned(), before=wanted.before)
            return {"section": id, "undo": undo("DELETE", f"{path}/sections/{id}")}

        return await act(request, work, 201)

    async def change_section(request: Request) -> Answer:
        wanted = await body_of(request, SectionChange)
        id, path = request.path_params["section"], request.url.path
        change = wanted.cleaned()

        def work(act: Act) -> dict[str, Any]:
            before, now = edit_sections.change(act, id, change, was=wanted.was.seen())
            return {"section": id, "undo": undo("PATCH", path, back(before, now, change))}

        return await act(request, work)

    async def move_section(request: Request) -> Answer:
        wanted = await body_of(request, Place)
        id, path = request.path_params["section"], request.url.path

        def work(act: Act) -> dict[str, Any]:
            stood = edit_sections.move(act, id, before=wanted.before)
            return {"section": id, "undo": undo("POST", path, {"before": stood})}

        return await act(request, work)

    async def remove_section(request: Request) -> Answer:
        id, path = request.path_params["section"], request.url.path

        def work(act: Act) -> dict[str, Any]:
            edit_sections.remove(act, id)
            return {"section": id, "undo": undo("POST", f"{path}/restore")}

        return await act(request, work)

    async def restore_section(request: Request) -> Answer:
        id = request.path_params["section"]
        path = f"{_path(request)}/sections/{id}"

        def work(act: Act) -> dict[str, Any]:
            edit_sections.restore(act, id)
            return {"section": id, "undo": undo("DELETE", path)}

        return await act(request, work)

    async def add_item(request: Request) -> Answer:
        wanted = await body_of(request, ItemNew)
        section, path = request.path_params["section"], _path(request)
        item, note, client = ItemId(new_id()), NoteId(new_id()), new_client_id()
        fields, before = wanted.cleaned(), wanted.before
        begins = Beginning(initial_update("", "", client_id=client), client)

        def work(act: Act) -> dict[str, Any]:
            edit_items.add(act, section, item, note, fields, begins, before=before)
            taken_back = undo("DELETE", f"{path}/items/{item}")
            return {"item": item, "note": note, "undo": taken_back}

        return await act(request, work, 201)

    async def change_item(request: Request) -> Answer:
        wanted = await body_of(request, ItemChange)
        id, path = request.path_params["item"], request.url.path
        change = wanted.cleaned()

        def work(act: Act) -> dict[str, Any]:
            before, now = edit_items.change(act, id, change, was=wanted.was.seen())
            return {"item": id, "undo": undo("PATCH", path, back(before, now, change))}

        return await act(request, work)

    async def move_item(request: Request) -> Answer:
        wanted = await body_of(request, Move)
        id, path = request.path_params["item"], request.url.path

        def work(act: Act) -> dict[str, Any]:
            section, before = edit_items.move(act, id, wanted.section, before=wanted.before)
            return {"item": id, "undo": undo("POST", path, {"section": section, "before": before})}

        return await act(request, work)

    async def swap_rooms(request: Request) -> Answer:
        wanted = await body_of(request, Swap)
        id, path = request.path_params["item"], request.url.path

        def work(act: Act) -> dict[str, Any]:
            now = edit_items.swap_rooms(act, id, wanted.other, was=wanted.was)
            body = {"with": wanted.other, "was": list(now)}
            return {"item": id, "undo": undo("POST", path, body)}

        return await act(request, work)

    async def remove_item(request: Request) -> Answer:
        """An item whose note has a text is taken out only when that is said: the note stays at its
        address and in the export, as removed."""
        day, id = day_of(request), request.path_params["item"]
        visitor = await authority.in_day(request, day, Role.ORGANISER)

        def look(db: Connection) -> tuple[str, Any]:
            found = Act(db, day, visitor.person, service.clock())
            item = found.find_item(id)
            return item.title, read_written(db, found.note_of(item.id))

        title, written = await service.store.read(look)
        kept = request.query_params.getlist("text")
        if kept not in ([], ["keep"]):
            raise BadInput("`text` is keep, or is left out.", field="text")
        blank = await service.aside.run(is_blank, written)
        if not blank and not kept:
            raise Conflict(
                f"Something is written in the note of “{title}”: remove it with `?text=keep`. "
                "Nothing is lost: the note stays at its address, and in the export as removed.",
                needs="text=keep",
            )
        path = request.url.path

        def work(act: Act) -> dict[str, Any]:
            edit_items.remove(act, id, blank_seq=written.seq if blank else None)
            return {"item": id, "undo": undo("POST", f"{path}/restore")}

        return await act(request, work)

    async def restore_item(request: Request) -> Answer:
        id = request.path_params["item"]
        path = f"{_path(request)}/items/{id}?text=keep"

        def work(act: Act) -> dict[str, Any]:
            edit_items.restore(act, id)
            return {"item": id, "undo": undo("DELETE", path)}

        return await act(request, work)

    day = "/api/days/{day}"
    section, item = f"{day}/sections/{{section}}", f"{day}/items/{{item}}"
    return [
        resource(f"{day}/sections", POST=add_section),
        resource(section, PATCH=change_section, DELETE=remove_section),
        resource(f"{section}/move", POST=move_section),
        resource(f"{section}/restore", POST=restore_section),
        resource(f"{section}/items", POST=add_item),
        resource(item, PATCH=change_item, DELETE=remove_item),
        resource(f"{item}/move", POST=move_item),
        resource(f"{item}/swap-rooms", POST=swap_rooms),
        resource(f"{item}/restore", POST=restore_item),
    ]


def _path(request: Request) -> str:
    return f"/api/days/{day_of(request)}"
