"""The API of what everybody may read of a day: the choice, and what to look at before making it."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer, read_json
from server.api.authority import Authority
from server.api.resource import resource
from server.days.access import Role
from server.days.contents import read_contents
from server.days.publishing import Choice, What, choice_of, contacts_of, publish, read_address
from server.export.contacts import MAX_CONTACTS
from server.service import Service
from storage import publication
from storage.publication import Publication
from storage.values import DayId, NoteId


class ChoiceRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A whole choice: what is left out is as if nobody had ever chosen it."""

    what: What
    names: bool = False
    exceptions: dict[str, What] = {}


def routes(service: Service) -> list[Route]:
    authority = Authority(service)

    async def show(request: Request) -> Answer:
        day = _day(request)
        await authority.in_day(request, day, Role.ORGANISER)
        found = await service.store.read(lambda db: publication.find(db, day))
        return Answer(publication_value(day, found, service))

    async def choose(request: Request) -> Answer:
        """Publish, publish something else, or take it all back: at once."""
        day = _day(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        wanted = await read_json(request, ChoiceRequest)
        exceptions = {NoteId(note): what for note, what in wanted.exceptions.items()}
        choice = Choice(wanted.what, wanted.names, exceptions)
        at = service.clock()
        new = await service.store.write(
            lambda db: publish(db, day, choice, by=visitor.person, at=at)
        )
        return Answer(publication_value(day, new, service))

    async def contacts(request: Request) -> Answer:
        day = _day(request)
        await authority.in_day(request, day, Role.ORGANISER)
        found, contents = await service.store.read(
            lambda db: (publication.find(db, day), read_contents(db, day))
        )
        there = await service.aside.run(contacts_of, contents, choice_of(found))
        shown = [
            {
                "note": one.note or None,
                "title": one.title,
                "place": one.place,
                "kind": one.kind,
                "text": one.text,
            }
            for one in there[:MAX_CONTACTS]
        ]
        return Answer({"contacts": shown, "more": len(there) > MAX_CONTACTS})

    path = "/api/days/{day}/publication"
    return [
        resource(path, GET=show, PUT=choose),
        resource(f"{path}/contacts", GET=contacts),
    ]


def publication_value(day: DayId, found: Publication | None, service: Service) -> dict[str, Any]:
    choice = choice_of(found)
    return {
        "day": day,
        "what": choice.what,
        "names": choice.names,
        "exceptions": dict(choice.exceptions),
        "at": None if found is None else found.at,
        "by": None if found is None else service.identity.name_of(found.by),
        "address": read_address(service.settings.address, day) if choice.is_public else None,
    }


def _day(request: Request) -> DayId:
    return DayId(request.path_params["day"])
