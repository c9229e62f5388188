"""One address and what can be asked there: the methods, and a proper answer to all others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Call = Callable[[Request], Awaitable[Response]]


def resource(path: str, **calls: Call) -> Route:
    """A route that answers each of these methods (`GET=show`) by its call.

    HEAD is answered as GET, whose body the HTTP server leaves out; OPTIONS tells the methods
    without asking who wants to know; every other method is refused with 405 and `Allow`. One
    route for each address: of several, the first alone would make up `Allow`.
    """
    methods = sorted({*calls, "OPTIONS"} | ({"HEAD"} if "GET" in calls else set()))

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ", ".join(methods)})
        return await calls["GET" if request.method == "HEAD" else request.method](request)

    return Route(path, answer, methods=methods)
