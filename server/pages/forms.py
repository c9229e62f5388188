"""The small forms of our own pages: their fields, and that they were sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from server.api.answers import read_body
from server.errors import BadInput, NotAllowed
from server.service import Service
from server.sync.gate import origin_is_ours

MAX_FIELDS = 8


def refuse_foreign(request: Request, service: Service) -> None:
    """Raises NotAllowed for a form that another site's page has sent (A5)."""
    if request.method == "POST" and not origin_is_ours(request, service.public_origins):
        raise NotAllowed("This form was sent from another site's page.")


async def read_fields(request: Request) -> Mapping[str, str]:
    """The first value of each field, empty ones too. Raises BadInput when it is no such form."""
    body = (await read_body(request)).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise BadInput("This form has more fields than the page that it is from.") from error
    return {name: values[0] for name, values in fields.items()}
