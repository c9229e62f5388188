"""Sheets of paper for the doors: one for each room and one for the day, with a code to scan.

A code holds the link of a role, so moderators and organisers alone see them; and only the links
that are meant for everybody in the room can be on them.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.days import codes
from server.days.access import Role, require
from server.days.entrance import join_address, load_entrance
from server.days.finding import room_of, rooms
from server.days.ids import new_id
from server.days.people import Visitor
from server.days.view import DayView, ItemView
from server.errors import BadInput, NotFound
from server.pages.addresses import seen_address
from server.pages.forms import read_fields, refuse_foreign
from server.pages.joining import door_address
from server.pages.qr import qr_code
from server.pages.rendering import Pages
from server.service import Service
from storage.values import DayId

MAX_ITEMS = 16
"""On one sheet, which is one page; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `room` is "" for the sheet of the whole day, which lists rooms instead."""

    room: str
    items: tuple[ItemView, ...]
    more: int
    qr: Markup


def routes(service: Service, pages: Pages) -> list[Route]:
    async def may(request: Request, needed: Role) -> Visitor:
        day = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(day, "", request.cookies)
        require(visitor.role, needed, day=visitor.day, of=day)
        return visitor

    async def show(request: Request) -> Response:
        visitor = await may(request, Role.MODERATOR)
        role = _role(request.query_params.get("role", Role.WRITER.value))
        entrance, found = await service.store.read(
            lambda db: (
                load_entrance(db, visitor.day, secret=service.secret),
                codes.codes_of(db, visitor.day, secret=service.secret, now=service.clock()),
            )
        )
        token = entrance.tokens.get(role)
        if token is None:
            raise NotFound(f"The {role.value}s of this day have no link: renew it first.")
        address = seen_address(request, service)
        code, _ = found.get(role, ("", 0))
        return pages.render(
            request,
            "doors.html",
            day=entrance.day,
            role=role.value,
            roles=[one.value for one in codes.ROLES],
            sheets=_sheets(entrance.day, address, token),
            rooms=rooms(entrance.day),
            host=address.partition("://")[2],
            code=codes.shown(code) if code else "",
            may_change=visitor.role.may_organise,
        )

    async def change_code(request: Request) -> Response:
        """Make a code, another one, or none."""
        visitor = await may(request, Role.ORGANISER)
        refuse_foreign(request, service)
        fields = await read_fields(request)
        role, wanted = _role(fields.get("role", "")), fields.get("do", "")
        now, secret = service.clock(), service.secret

        def work(db: Connection) -> None:
            if wanted == "on":
                codes.switch_on(
                    db, visitor.day, role, by=visitor.person, secret=secret, new_id=new_id, now=now
                )
            elif wanted == "off":
                codes.switch_off(db, visitor.day, role, by=visitor.person, secret=secret, now=now)
            else:
                raise BadInput("A code is switched `on` or `off`.", field="do")

        await service.store.write(work)
        return RedirectResponse(f"/d/{visitor.day}/doors?role={role.value}", status_code=303)

    path = "/d/{day}/doors"
    return [Route(path, show), Route(f"{path}/code", change_code, methods=["POST"])]


def _role(value: str) -> Role:
    """A role whose link may hang on a door. Raises BadInput."""
    for role in codes.ROLES:
        if role.value == value:
            return role
    raise BadInput("A sheet can have the reader's or the writer's link.", field="role")


def _sheets(day: DayView, address: str, token: str) -> list[Sheet]:
    """The sheet of the day, then one for each room, in the programme's order."""
    found = [Sheet("", (), 0, qr_code(join_address(address, token)))]
    for room in rooms(day):
        items = [
            item for _, item in day.items() if item.room and room_of(item.room) == room_of(room)
        ]
        items.sort(key=lambda item: item.start)
        qr = qr_code(door_address(address, token, room))
        found.append(Sheet(room, tuple(items[:MAX_ITEMS]), max(0, len(items) - MAX_ITEMS), qr))
    return found
