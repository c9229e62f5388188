"""The first page: the days that this device has joined, a short code, and what Calepin is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.days.codes import token_of_code
from server.days.cookies import cookie_name
from server.days.guesses import Guesses
from server.days.ids import is_id
from server.days.people import Visitor
from server.errors import CalepinError, NotAuthenticated, TooMany
from server.pages.forms import read_fields, refuse_foreign
from server.pages.installing import MAY_KEEP
from server.pages.rendering import Pages
from server.service import Service
from storage import catalogue
from storage.records import Day
from storage.values import DayId

_MAX_COOKIES = 100
MAX_TYPED = 40
"""Characters in the field of a code, with whatever people put between its letters."""


def routes(service: Service, pages: Pages) -> list[Route]:
    guesses = Guesses(time.monotonic)

    async def show(request: Request) -> Response:
        if request.method != "POST":
            return await first_page(request)
        refuse_foreign(request, service)
        typed = (await read_fields(request)).get("code", "")[:MAX_TYPED]
        try:
            token = await open_code(request, typed)
        except TooMany:
            return await first_page(request, typed=typed, error="many", status=429)
        except NotAuthenticated:
            return await first_page(request, typed=typed, error="wrong", status=400)
        return RedirectResponse(f"/join/{token}", status_code=303)

    async def open_code(request: Request, typed: str) -> str:
        """The token behind a code. Raises NotAuthenticated, TooMany."""
        address = request.client.host if request.client else ""
        guesses.admit(address)
        now = service.clock()
        try:
            return await service.store.read(
                lambda db: token_of_code(db, typed, secret=service.secret, now=now)
            )
        except NotAuthenticated:
            guesses.was_wrong(address)
            raise

    async def first_page(
        request: Request, *, typed: str = "", error: str = "", status: int = 200
    ) -> Response:
        today = datetime.fromtimestamp(service.clock() / 1000, UTC).date()
        days = await known(request)
        days.sort(key=lambda found: _distance(found[0].date, today))
        page = pages.render(
            request,
            "home.html",
            status=status,
            days=[{"day": day, "visitor": visitor} for day, visitor in days],
            typed=typed,
            error=error,
        )
        page.headers.update(MAY_KEEP)
        return page

    async def known(request: Request) -> list[tuple[Day, Visitor]]:
        """A day that this device no longer opens (revoked, removed, deleted) is left out."""
        found = []
        for id in _days_in_cookies(request):
            try:
                visitor = await service.identity.in_day(id, "", request.cookies)
            except CalepinError:
                continue
            day = await service.store.read(partial(catalogue.find_day, id=id))
            if day is not None:
                found.append((day, visitor))
        return found

    async def forget(request: Request) -> Response:
        """Ask whether the device shall forget a day, and have it do so."""
        id = DayId(request.path_params["day"])
        found = [pair for pair in await known(request) if pair[0].id == id]
        if request.method != "POST" and found:
            day, visitor = found[0]
            return pages.render(request, "forget.html", day=day, visitor=visitor)
        refuse_foreign(request, service)
        response = RedirectResponse("/", status_code=303)
        if request.method == "POST" and is_id(id):
            response.delete_cookie(cookie_name(id), path="/", httponly=True, samesite="lax")
        return response

    return [
        Route("/", show, methods=["GET", "POST"]),
        Route("/forget/{day}", forget, methods=["GET", "POST"]),
    ]


def _days_in_cookies(request: Request) -> Iterator[DayId]:
    prefix = cookie_name(DayId(""))
    for name in list(request.cookies)[:_MAX_COOKIES]:
        if name.startswith(prefix):
            yield DayId(name.removeprefix(prefix))


def _distance(day: str, today: date) -> int:
    """How many days away it is: what is on today comes first. A day without a date is today."""
    return abs((date.fromisoformat(day) - today).days) if day else 0
