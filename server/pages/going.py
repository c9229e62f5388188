"""From what somebody says to the note they mean: “salle 201”, a number, words of a title."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.days.finding import MAX_QUERY, find, rooms
from server.days.hours import clock_of, is_on, nearness
from server.days.view import load_day
from server.pages.rendering import Pages
from server.service import Service
from storage.values import DayId

MAX_SHOWN = 12
"""Of those that fit: a longer list is no choice, and one more word makes it shorter."""


def routes(service: Service, pages: Pages) -> list[Route]:
    async def go(request: Request) -> Response:
        id = DayId(request.path_params["day"])
        await service.identity.in_day(id, "", request.cookies)
        day = await service.store.read(lambda db: load_day(db, id))
        query = " ".join(request.query_params.get("q", "")[:MAX_QUERY].split())
        found = find(day, query)
        if len(found) == 1:
            return RedirectResponse(f"/d/{day.id}/n/{found[0]}", status_code=303)
        clock = clock_of(day, service.clock())
        meant = [item for _, item in day.items() if item.note.id in found]
        meant.sort(key=lambda item: nearness(item, clock))
        return pages.render(
            request,
            "go.html",
            day=day,
            query=query,
            items=[(item, is_on(item, clock)) for item in meant[:MAX_SHOWN]],
            more=len(meant) > MAX_SHOWN,
            rooms=rooms(day),
        )

    return [Route("/d/{day}/go", go)]
