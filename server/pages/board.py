"""The moderators' board: its frame is here, with the first figures; it asks for more by itself."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.board import board_value
from server.days.access import Role, require
from server.days.view import ItemView
from server.pages.language import language_of
from server.pages.rendering import Pages
from server.pages.words import WORDS
from server.service import Service
from storage.values import DayId


def routes(service: Service, pages: Pages) -> list[Route]:
    async def show(request: Request) -> Response:
        id = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(id, "", request.cookies)
        require(visitor.role, Role.MODERATOR, day=visitor.day, of=id)
        figures = await service.board.figures(id)
        day, words = figures.day, WORDS[language_of(request)]

        def item(view: ItemView) -> dict[str, Any]:
            room = view.room
            named = room if room[:1].isalpha() else words["day.room"].format(room=room)
            return {
                "note": view.note.id,
                "title": view.title,
                "room": named if room else "",
                "start": view.start,
                "end": view.end,
            }

        conclusion = {"title": words["day.conclusion"], "room": "", "start": "", "end": ""}
        return pages.render(
            request,
            "board.html",
            day=day,
            data={
                "language": language_of(request),
                "timezone": day.timezone,
                "day": {"id": day.id, "title": day.title},
                "role": visitor.role.value,
                "sections": [
                    {
                        "id": section.id,
                        "title": section.title,
                        "items": [item(view) for view in section.items],
                    }
                    for section in day.sections
                ],
                "conclusion": conclusion | {"note": day.conclusion.id},
                "board": await board_value(service, figures),
            },
        )

    return [Route("/d/{day}/board", show)]
