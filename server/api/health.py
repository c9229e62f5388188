"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer
from server.api.resource import resource
from server.service import Service
from storage.errors import StoreError


def routes(service: Service) -> list[Route]:
    async def live(request: Request) -> Answer:
        """The loop turns. Says nothing of the store."""
        del request
        return Answer({"status": "live"})

    async def ready(request: Request) -> Answer:
        """People may be sent here: the store answers, and the server was not told to stop."""
        del request
        if service.is_leaving or service.is_settled or service.has_failed:
            return Answer({"status": "stopping"}, 503)
        try:
            await service.store.heads([])
        except StoreError as error:
            return Answer({"status": "store", "message": str(error)}, 503)
        return Answer({"status": "ready"})

    return [resource("/health/live", GET=live), resource("/health/ready", GET=ready)]
