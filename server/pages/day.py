"""The programme of a day: what is where and when, who is there, what is locked."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.days.entrance import join_address, load_entrance
from server.days.incoming.listing import MAX_FILE_BYTES
from server.days.people import Visitor
from server.days.view import SectionView, load_day
from server.pages.addresses import seen_address
from server.pages.installing import MAY_KEEP
from server.pages.language import language_of
from server.pages.rendering import Pages
from server.service import Service
from storage.values import DayId


def routes(service: Service, pages: Pages) -> list[Route]:
    async def show(request: Request) -> Response:
        id = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(id, "", request.cookies)
        day = await service.store.read(lambda db: load_day(db, id))
        links = await links_for(request, visitor)
        page = pages.render(
            request,
            "day.html",
            day=day,
            person=visitor,
            role=visitor.role.value,
            may_lock=visitor.role.may_lock,
            may_export=visitor.role.may_export,
            links=links,
            all_locked=all(note.lock is not None for note in day.notes()),
            locked_sections={s.id for s in day.sections if _is_locked(s)},
            data={
                "language": language_of(request),
                "timezone": day.timezone,
                "day": {"id": day.id, "title": day.title},
                "role": visitor.role.value,
                "programme": day.programme,
                "max_file_bytes": MAX_FILE_BYTES,
            },
        )
        if not links:
            page.headers.update(MAY_KEEP)
        return page

    async def links_for(request: Request, visitor: Visitor) -> list[tuple[str, str]]:
        """The links to share, by role: only an organiser sees them."""
        if not visitor.role.may_organise:
            return []
        entrance = await service.store.read(
            lambda db: load_entrance(db, visitor.day, secret=service.secret)
        )
        address = seen_address(request, service)
        return [(role.value, join_address(address, t)) for role, t in entrance.tokens.items()]

    return [Route("/d/{day}", show)]


def _is_locked(section: SectionView) -> bool:
    return bool(section.items) and all(item.note.lock is not None for item in section.items)
