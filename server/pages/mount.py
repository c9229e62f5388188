"""Every page, and the built client."""

from __future__ import annotations

from starlette.routing import BaseRoute

from server.pages import (
    assets,
    board,
    day,
    doors,
    going,
    home,
    installing,
    joining,
    looking_back,
    note,
    projecting,
    published,
    publishing,
    wall,
    webhooks,
)
from server.pages.rendering import Pages
from server.service import Service


def page_routes(service: Service, pages: Pages) -> list[BaseRoute]:
    files = assets.read_files()
    return [
        *home.routes(service, pages),
        *joining.routes(service, pages),
        *day.routes(service, pages),
        *note.routes(service, pages),
        *looking_back.routes(service, pages),
        *board.routes(service, pages),
        *going.routes(service, pages),
        *doors.routes(service, pages),
        *projecting.routes(service, pages),
        *wall.routes(service, pages),
        *published.routes(service, pages),
        *publishing.routes(service, pages),
        *webhooks.routes(service, pages),
        *installing.routes(pages.assets, files),
        *assets.routes(files),
    ]
