"""Where an organiser chooses what of a day everybody may read, and sees what to correct first."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.api.answers import read_body
from server.api.authority import Authority
from server.api.exports import long_answer
from server.api.resource import resource
from server.aside import Aside, Tell
from server.days.access import Role, require
from server.days.contents import read_contents
from server.days.documents import File
from server.days.people import Visitor
from server.days.programme import MAX_ITEMS
from server.days.publishing import (
    WHATS,
    Choice,
    What,
    choice_of,
    contacts_of,
    publish,
    read_address,
)
from server.days.view import load_day
from server.errors import BadInput, NotAllowed
from server.export.contacts import MAX_CONTACTS
from server.pages.assets import read_style
from server.pages.published import is_over, live_places, make
from server.pages.reading import Wanted
from server.pages.rendering import Pages
from server.pages.site import zipped_site
from server.service import Service
from server.sync.gate import origin_is_ours
from storage import publication
from storage.values import DayId, NoteId

MAX_FIELDS = MAX_ITEMS + 10
"""One for each note, and the few of the day."""
_OF_NOTE = "of-"
"""Begins the name of a note's field; the rest is its id."""


def routes(service: Service, pages: Pages) -> list[Route]:
    authority = Authority(service)
    style = read_style()

    async def organiser(request: Request) -> Visitor:
        day = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(day, "", request.cookies)
        require(visitor.role, Role.ORGANISER, day=visitor.day, of=day)
        if request.method == "POST" and not origin_is_ours(request, service.public_origins):
            raise NotAllowed("This form was sent from another site's page.")
        return visitor

    async def show(request: Request) -> Response:
        visitor = await organiser(request)
        if request.method == "POST":
            choice = await _choice_in(request)
            at = service.clock()
            await service.store.write(
                lambda db: publish(db, visitor.day, choice, by=visitor.person, at=at)
            )
            return RedirectResponse(f"/d/{visitor.day}/publish", status_code=303)
        day, found, contents = await service.store.read(
            lambda db: (
                load_day(db, visitor.day),
                publication.find(db, visitor.day),
                read_contents(db, visitor.day),
            )
        )
        choice = choice_of(found)
        warnings = await service.aside.run(contacts_of, contents, choice)
        return pages.render(
            request,
            "publish.html",
            day=day,
            choice=choice,
            whats=WHATS,
            of_note=_OF_NOTE,
            address=read_address(service.settings.address, visitor.day),
            warnings=warnings[:MAX_CONTACTS],
            has_more=len(warnings) > MAX_CONTACTS,
        )

    async def preview(request: Request) -> Response:
        """The page as it would be, of a choice that is not made yet."""
        visitor = await organiser(request)
        choice = await _choice_in(request)
        day = await service.store.read(lambda db: load_day(db, visitor.day))
        wanted = Wanted(
            note=None,
            form="html",
            choice=choice,
            is_over=is_over(day.date, day.timezone, service.clock()),
            places=live_places(service, pages, day.id),
            is_preview=True,
        )
        page = await make(service, visitor.day, wanted)
        return Response(page.data, headers={"cache-control": "no-store"}, media_type="text/html")

    async def folder(request: Request) -> Response:
        """The pages of what is published, as a zip of the folder that `calepin publish` writes."""
        day = DayId(request.path_params["day"])
        await authority.in_day(request, day, Role.ORGANISER)

        async def make(aside: Aside, told: Tell) -> File:
            found, contents = await service.store.read(
                lambda db: (publication.find(db, day), read_contents(db, day))
            )
            return await aside.run(zipped_site, contents, choice_of(found), style, told=told)

        return await long_answer(request, service.exports, make)

    path = "/d/{day}/publish"
    return [
        resource("/api/days/{day}/publication/folder", GET=folder),
        Route(path, show, methods=["GET", "POST"]),
        Route(f"{path}/preview", preview, methods=["POST"]),
    ]


async def _choice_in(request: Request) -> Choice:
    """The choice that a form was sent with. Raises BadInput when it is no such form."""
    body = (await read_body(request)).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise BadInput("This form has more fields than the page that it is from.") from error
    exceptions = {
        NoteId(name.removeprefix(_OF_NOTE)): _what(fields, name)
        for name in fields
        if name.startswith(_OF_NOTE)
    }
    return Choice(_what(fields, "what"), names="names" in fields, exceptions=exceptions)


def _what(fields: Mapping[str, list[str]], name: str) -> What:
    said = fields.get(name, [""])[0]
    for what in WHATS:
        if what == said:
            return what
    raise BadInput(f"`{name[:80]}` is one of {', '.join(WHATS)}.", field=name[:80])
