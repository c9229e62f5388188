"""The link of a role: it says what it opens, asks for a name once, and lets the device in.

The token stays in the address of this page alone: the answer to the name leads away from it. A
link may say where to, as the code on a door does (`?q=201`).
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.days import people
from server.days.access import Role
from server.days.cookies import cookie_name, sign_person
from server.days.entrance import join_address
from server.days.finding import MAX_QUERY
from server.days.ids import new_id
from server.days.people import Visitor
from server.errors import BadInput, CalepinError, NotFound
from server.pages.forms import read_fields, refuse_foreign
from server.pages.rendering import Pages
from server.service import Service
from storage import catalogue
from storage.records import Day, Link
from storage.values import DayId

COOKIE_SECONDS = 60 * 60 * 24 * 90
"""A device knows its day for three months: long enough to write the report."""
PROBE = "cookies"
"""A cookie that comes with the question for a name: where the answer lacks it, none are kept."""
PROBE_SECONDS = 60 * 60 * 24


def routes(service: Service, pages: Pages) -> list[Route]:
    async def join(request: Request) -> Response:
        token = request.path_params["token"]
        link = await service.store.read(lambda db: people.open_link(db, token))
        day = await service.store.read(lambda db: catalogue.find_day(db, link.day))
        if day is None:
            raise NotFound("The day of this link has been deleted.")
        if request.method != "POST":
            known = await visitor_here(request, day.id)
            if known is not None and _query(request) and known.role.reaches(Role(link.role)):
                return RedirectResponse(_inside(request, day.id), status_code=303)
            return ask(request, day, link, known=known)
        refuse_foreign(request, service)
        fields = await read_fields(request)
        name = fields.get("name", "")
        if "asked" in fields and not request.cookies:
            return ask(request, day, link, name=name, error="cookies")
        try:
            visitor = await service.store.write(
                lambda db: people.join(db, token, name, new_id=new_id, now=service.clock())
            )
        except BadInput:
            return ask(request, day, link, name=name, error="long" if name.strip() else "empty")
        return _let_in(request, visitor, service)

    def ask(
        request: Request,
        day: Day,
        link: Link,
        *,
        known: Visitor | None = None,
        name: str = "",
        error: str = "",
    ) -> Response:
        """`error`: what is wrong with what was sent, if anything."""
        response = pages.render(
            request,
            "join.html",
            status=400 if error else 200,
            day=day,
            role=link.role,
            known=known,
            same_role=known is not None and known.role.value == link.role,
            name=name or (known.name if known else ""),
            error=error,
            inside=_inside(request, day.id),
        )
        _set_cookie(response, PROBE, "on", PROBE_SECONDS, secure=is_secure(request, service))
        return response

    async def visitor_here(request: Request, day: DayId) -> Visitor | None:
        """Who this device is in the day already."""
        try:
            return await service.identity.in_day(day, "", request.cookies)
        except CalepinError:
            return None

    return [Route("/join/{token}", join, methods=["GET", "POST"])]


def door_address(address: str, token: str, query: str) -> str:
    """A link that leads on to what is found by `query`."""
    return f"{join_address(address, token)}?{urlencode({'q': query})}"


def is_secure(request: Request, service: Service) -> bool:
    """Whether the browser speaks HTTPS, with us or with what stands in front of us."""
    return request.url.scheme == "https" or service.settings.address.startswith("https://")


def _query(request: Request) -> str:
    return request.query_params.get("q", "")[:MAX_QUERY]


def _inside(request: Request, day: DayId) -> str:
    """Where somebody goes who is in: to what the link asks for, or to the programme."""
    query = _query(request)
    return f"/d/{day}/go?{urlencode({'q': query})}" if query else f"/d/{day}"


def _let_in(request: Request, visitor: Visitor, service: Service) -> Response:
    """Inside, with a cookie that scripts cannot read and other sites cannot use."""
    response = RedirectResponse(_inside(request, visitor.day), status_code=303)
    _set_cookie(
        response,
        cookie_name(visitor.day),
        sign_person(service.secret, visitor.day, visitor.person),
        COOKIE_SECONDS,
        secure=is_secure(request, service),
    )
    return response


def _set_cookie(response: Response, name: str, value: str, seconds: int, *, secure: bool) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/"
    )
