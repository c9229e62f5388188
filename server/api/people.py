"""The API of who may enter a day: its people, its links, and its journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer
from server.api.authority import Authority
from server.api.resource import resource
from server.days.access import Role, derive_token
from server.days.entrance import join_address
from server.days.ids import new_id, shown_id
from server.days.withdraw import (
    mute_person,
    people_of_day,
    remove_person,
    renew_link,
    unmute_person,
)
from server.errors import NotFound
from server.service import Service
from storage import journal, people
from storage.records import Person
from storage.values import DayId, PersonId


def person_value(person: Person) -> dict[str, Any]:
    return {
        "person": person.id,
        "name": person.name,
        "role": person.role,
        "joined_at": person.joined_at,
        "removed_at": person.removed_at,
    }


async def mute_value(service: Service, person: PersonId) -> dict[str, Any] | None:
    """Since when somebody may not write, and who took it from them; None for who may."""
    mute = service.rooms.mutes.get(person)
    if mute is None:
        return None
    await service.identity.learn([mute.by])
    return {"by": service.identity.name_of(mute.by), "at": mute.at}


def routes(service: Service) -> list[Route]:
    authority = Authority(service)

    async def show(request: Request) -> Answer:
        """Who joined the day, removed people too."""
        day = _day(request)
        await authority.in_day(request, day, Role.ORGANISER)
        found = await service.store.read(lambda db: people_of_day(db, day))
        return Answer({"people": [person_value(person) for person in found]})

    async def remove(request: Request) -> Answer:
        """Remove somebody; answers when none of their connections is in a note any more (A2)."""
        day, id = _day(request), PersonId(request.path_params["person"])
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        at = service.clock()
        await service.store.write(lambda db: remove_person(db, day, id, by=visitor.person, at=at))
        await service.rooms.follow_withdrawals()
        service.rooms.tell_changed()
        found = await service.store.read(lambda db: people.find_person(db, id))
        if found is None:
            raise NotFound(f"There is nobody {shown_id(id)} in this day.")
        return Answer(person_value(found))

    async def mute(request: Request) -> Answer:
        """Take writing from somebody; answers when what they send is held."""
        return await change_mute(request, mute_person)

    async def unmute(request: Request) -> Answer:
        """Give it back; what they sent meanwhile is asked for."""
        return await change_mute(request, unmute_person)

    async def change_mute(request: Request, change: Callable[..., Person]) -> Answer:
        day, id = _day(request), PersonId(request.path_params["person"])
        visitor = await authority.in_day(request, day, Role.MODERATOR)
        at = service.clock()
        found = await service.store.write(lambda db: change(db, day, id, by=visitor.person, at=at))
        await service.rooms.follow_withdrawals()
        service.rooms.tell_changed()
        muted = await mute_value(service, id)
        return Answer({"person": found.id, "name": found.name, "muted": muted})

    async def renew(request: Request) -> Answer:
        """Withdraw a role's link and make a new one; answers when nobody is in by the old (A2)."""
        day, role = _day(request), _role(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        link = await service.store.write(
            lambda db: renew_link(
                db,
                day,
                role,
                by=visitor.person,
                secret=service.secret,
                new_id=new_id,
                at=service.clock(),
            )
        )
        await service.rooms.follow_withdrawals()
        service.rooms.tell_changed()
        token = derive_token(service.secret, link.id)
        address = join_address(service.settings.address, token)
        return Answer({"role": role.value, "link": address, "token": token})

    async def lines(request: Request) -> Answer:
        """Who did what to the day, the newest last (K5)."""
        day = _day(request)
        await authority.in_day(request, day, Role.MODERATOR)
        found, names = await service.store.read(
            lambda db: (
                journal.of_day(db, day),
                {person.id: person.name for person in people.people(db, day)},
            )
        )
        return Answer(
            {
                "journal": [
                    {
                        "id": line.id,
                        "at": line.at,
                        "who": line.who,
                        "by": names.get(PersonId(line.who), line.who),
                        "what": line.what,
                        "why": line.why,
                        "note": line.note,
                    }
                    for line in found
                ]
            }
        )

    path = "/api/days/{day}"
    return [
        resource(f"{path}/people", GET=show),
        resource(f"{path}/people/{{person}}/remove", POST=remove),
        resource(f"{path}/people/{{person}}/mute", POST=mute),
        resource(f"{path}/people/{{person}}/unmute", POST=unmute),
        resource(f"{path}/links/{{role}}/renew", POST=renew),
        resource(f"{path}/journal", GET=lines),
    ]


def _role(request: Request) -> Role:
    wanted = request.path_params["role"]
    for role in Role:
        if role.value == wanted:
            return role
    roles = ", ".join(role.value for role in Role)
    raise NotFound(f"There is no link {shown_id(wanted)}: the links of a day are {roles}.")


def _day(request: Request) -> DayId:
    return DayId(request.path_params["day"])
