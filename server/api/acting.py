"""An organiser's act on a day over the API: done in one transaction, told to everybody, and
answered with the request that takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

from server.api.answers import Answer, read_json
from server.api.authority import Authority
from server.api.values import day_value
from server.days.access import Role
from server.days.edit import Act, shown
from server.days.view import load_day
from server.errors import Conflict
from server.service import Service
from storage.values import DayId

T = TypeVar("T")


class Acting:
    """What each act of an organiser has in common."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._authority = Authority(service)

    async def body_of(self, request: Request, shape: type[T]) -> T:
        """The body, from somebody who may change the day: nobody else is told what it should be."""
        await self._authority.in_day(request, day_of(request), Role.ORGANISER)
        return await read_json(request, shape)

    async def act(
        self, request: Request, work: Callable[[Act], dict[str, Any]], status: int = 200
    ) -> Answer:
        """Do it in one transaction; then everybody in the notes is told, here and elsewhere."""
        service, day = self._service, day_of(request)
        by = (await self._authority.in_day(request, day, Role.ORGANISER)).person
        at = service.clock()
        try:
            done, view = await service.store.write(
                lambda db: (work(Act.begin(db, day, by=by, at=at)), load_day(db, day))
            )
        except Conflict as conflict:
            who = conflict.fields.get("by")
            if who is not None:
                await service.identity.learn([who])
                conflict.fields["by"] = service.identity.name_of(who)
            raise
        await service.headings.refresh()
        service.rooms.tell_changed()
        return Answer(done | {"day": await day_value(view, service)}, status)


def day_of(request: Request) -> DayId:
    """The day in the address."""
    return DayId(request.path_params["day"])


def undo(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The request that takes an act back, as its answer tells it."""
    return {"method": method, "path": path, "body": body}


def back(before: object, now: object, changed: dict[str, Any]) -> dict[str, Any]:
    """The change that makes the fields what they were, while they are what they are now."""
    old = {field: shown(getattr(before, field)) for field in changed}
    return old | {"was": {field: shown(getattr(now, field)) for field in changed}}
