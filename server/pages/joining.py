"""The link of a role: it says what it opens, asks for a name once, and lets the device in.

The token stays in the address of this page alone: the answer to the name leads away from it.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.api.answers import read_body
from server.days import people
from server.days.cookies import cookie_name, sign_person
from server.days.ids import new_id
from server.days.people import Visitor
from server.errors import BadInput, CalepinError, NotAllowed, NotFound
from server.pages.rendering import Pages
from server.service import Service
from server.sync.gate import origin_is_ours
from storage import catalogue
from storage.records import Day, Link
from storage.values import DayId

COOKIE_SECONDS = 60 * 60 * 24 * 90
"""A device knows its day for three months: long enough to write the report."""
MAX_FIELDS = 8


def routes(service: Service, pages: Pages) -> list[Route]:
    async def join(request: Request) -> Response:
        token = request.path_params["token"]
        link = await service.store.read(lambda db: people.open_link(db, token))
        day = await service.store.read(lambda db: catalogue.find_day(db, link.day))
        if day is None:
            raise NotFound("The day of this link has been deleted.")
        if request.method != "POST":
            return ask(request, day, link, known=await visitor_here(request, day.id))
        if not origin_is_ours(request, service.public_origins):
            raise NotAllowed("This form was sent from another site's page.")
        name = await _name_in(request)
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
        """`error`: what is wrong with the name that was given, if anything."""
        return pages.render(
            request,
            "join.html",
            status=400 if error else 200,
            day=day,
            role=link.role,
            known=known,
            same_role=known is not None and known.role.value == link.role,
            name=name or (known.name if known else ""),
            error=error,
        )

    async def visitor_here(request: Request, day: DayId) -> Visitor | None:
        """Who this device is in the day already."""
        try:
            return await service.identity.in_day(day, "", request.cookies)
        except CalepinError:
            return None

    return [Route("/join/{token}", join, methods=["GET", "POST"])]


def _let_in(request: Request, visitor: Visitor, service: Service) -> Response:
    """To the programme, with a cookie that scripts cannot read and other sites cannot use."""
    response = RedirectResponse(f"/d/{visitor.day}", status_code=303)
    response.set_cookie(
        cookie_name(visitor.day),
        sign_person(service.secret, visitor.day, visitor.person),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, service),
        path="/",
    )
    return response


def is_secure(request: Request, service: Service) -> bool:
    """Whether the browser speaks HTTPS, with us or with what stands in front of us."""
    return request.url.scheme == "https" or service.settings.address.startswith("https://")


async def _name_in(request: Request) -> str:
    """The name in a form that was sent. Raises BadInput when it is no such form."""
    body = (await read_body(request)).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise BadInput("This form has more fields than the page that asks for a name.") from error
    return fields.get("name", [""])[0]
