"""The OpenAPI document of the HTTP API, kept as data beside the code and held to it by a test."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import Response

DOCUMENT = Path(__file__).with_name("openapi.yml")


@cache
def load() -> dict[str, Any]:
    """The document as a value."""
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text("utf-8"))
    return loaded


async def document(request: Request) -> Response:
    """What this server's API takes and gives."""
    del request
    body = json.dumps(load(), ensure_ascii=False)
    return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})
