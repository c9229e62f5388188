"""The web application: every address, in one table. Made from a running service; nobody imports it
but what serves it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from server.api import (
    board,
    days,
    health,
    importing_notes,
    importing_programmes,
    looking_back,
    metrics,
    notes,
    openapi,
    people,
    programme,
    publication,
    taking_back,
    webhooks,
)
from server.api.resource import resource
from server.pages import assets, failures
from server.pages.headers import SecurityHeaders
from server.pages.mount import page_routes
from server.pages.rendering import Pages
from server.service import Service, make_connection_id
from server.sync.endpoints import Endpoints
from server.sync.gate import Doors
from server.sync.shares import Shares

MAX_SOCKETS = 20_000
MAX_SOCKETS_PER_PERSON = 100
MAX_NOTES_PER_PERSON = 300
"""Somebody may have every note of a day open, each in a page of its own."""
MESSAGES_PER_SECOND = 100.0
MESSAGE_BURST = 2_000.0
"""A person types up to 15 messages a second; a plain client echoes presence on top."""


def create_app(service: Service) -> Starlette:
    """The application of a running service. Raises Unavailable where the client is not built."""
    pages = Pages(assets.read_manifest())
    doors = Doors(MAX_SOCKETS)
    endpoints = Endpoints(
        rooms=service.rooms,
        authenticate=lambda note, token, connection: service.identity.in_note(
            note, token, connection.cookies
        ),
        make_id=make_connection_id,
        public_origins=service.public_origins,
        doors=doors,
        shares=Shares(
            per_second=MESSAGES_PER_SECOND,
            burst=MESSAGE_BURST,
            most_sockets=MAX_SOCKETS_PER_PERSON,
            most_notes=MAX_NOTES_PER_PERSON,
            monotonic=time.monotonic,
        ),
    )
    return Starlette(
        routes=[
            WebSocketRoute("/sync/{note}", _Socket(endpoints.sync)),
            WebSocketRoute("/collab", _Socket(endpoints.collab)),
            *health.routes(service),
            *metrics.routes(service, doors),
            resource("/api/openapi.json", GET=openapi.document),
            *days.routes(service),
            *programme.routes(service),
            *importing_programmes.routes(service),
            *notes.routes(service),
            *looking_back.routes(service),
            *people.routes(service),
            *publication.routes(service),
            *board.routes(service),
            *taking_back.routes(service),
            *webhooks.routes(service),
            *importing_notes.routes(service),
            *page_routes(service, pages),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers=failures.handlers(pages),
    )


class _Socket:
    """An endpoint as an ASGI application, which a route wants where it shall not wrap it."""

    def __init__(self, serve: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._serve = serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._serve(scope, receive, send)
