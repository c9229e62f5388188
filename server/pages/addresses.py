"""The beginning of addresses that are shown to be passed on."""

from __future__ import annotations

from starlette.requests import Request

from server.service import Service


def seen_address(request: Request, service: Service) -> str:
    """As this person sees the server, unless the operator has said it."""
    return service.settings.public_url or str(request.base_url).rstrip("/")
