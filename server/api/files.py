"""The file of a programme in a request: its body, and what the address says of it."""

from __future__ import annotations

from starlette.requests import Request

from server.days.fields import clean_line
from server.days.incoming.listing import Wanted
from server.days.incoming.wanted import clean_wanted


def asked_file(request: Request) -> tuple[str, Wanted]:
    """What the file is called, "" where that is not said, and what is wanted of it.

    Raises BadInput.
    """
    asked = request.query_params
    wanted = clean_wanted(asked.get("date", ""), asked.get("title", ""), asked.get("timezone", ""))
    return clean_line("name", asked.get("name", "")), wanted
