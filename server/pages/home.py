"""The first page: the days that this device has joined, and what Calepin is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.days.cookies import cookie_name
from server.days.people import Visitor
from server.errors import CalepinError
from server.pages.rendering import Pages
from server.service import Service
from storage import catalogue
from storage.records import Day
from storage.values import DayId

_MAX_COOKIES = 100


def routes(service: Service, pages: Pages) -> list[Route]:
    async def show(request: Request) -> Response:
        days = [{"day": day, "visitor": visitor} async for day, visitor in known(request)]
        return pages.render(request, "home.html", days=days)

    async def known(request: Request) -> AsyncIterator[tuple[Day, Visitor]]:
        """A day that this device no longer opens (revoked, removed, deleted) is left out."""
        for id in _days_in_cookies(request):
            try:
                visitor = await service.identity.in_day(id, "", request.cookies)
            except CalepinError:
                continue
            day = await service.store.read(partial(catalogue.find_day, id=id))
            if day is not None:
                yield day, visitor

    return [Route("/", show)]


def _days_in_cookies(request: Request) -> Iterator[DayId]:
    prefix = cookie_name(DayId(""))
    for name in list(request.cookies)[:_MAX_COOKIES]:
        if name.startswith(prefix):
            yield DayId(name.removeprefix(prefix))
