"""`/metrics`, for Prometheus: to this machine itself, or to whoever has the admin token."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.authority import holds_admin_token
from server.api.resource import resource
from server.errors import NotAuthenticated
from server.metrics import Metrics
from server.service import Service
from server.sync.gate import Doors

_OF_PROXIES = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)


def routes(service: Service, doors: Doors) -> list[Route]:
    metrics = Metrics(service, doors)

    async def show(request: Request) -> Response:
        """How the server is doing. There is no text and no secret in it, and yet it tells how
        many people are there and when they write."""
        if not is_from_here(request) and not await holds_admin_token(service, request):
            raise NotAuthenticated(
                "Metrics are told to this machine itself, or with the admin token."
            )
        body = await metrics.exposition()
        return Response(
            body, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"}
        )

    return [resource("/metrics", GET=show)]


def is_from_here(request: Request) -> bool:
    """Whether a request was made on this machine, to this machine, and passed nobody on the way.

    Behind a proxy of this machine every request comes from here. What gives it away is a header of
    proxies, or else the name that was asked for. The name is looked at, too, because a page of
    another site can lead a browser of this machine here under a name of its own.
    """
    if any(name in request.headers for name in _OF_PROXIES) or request.client is None:
        return False
    asked = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _is_here(request.client.host) and (asked == "localhost" or _is_here(asked))


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
