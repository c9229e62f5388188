"""The API of a day's webhooks: the addresses that are told what happens to it."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.routing import Route

from server.api.answers import Answer, read_json
from server.api.authority import Authority
from server.api.resource import resource
from server.days.access import Role
from server.days.ids import new_id
from server.service import Service
from server.webhooks.message import derive_secret, shown_secret
from server.webhooks.registering import of_day, register, remove, send_test, state_of
from storage.values import DayId, PersonId
from storage.webhooks import Queue, Webhook


class WebhookRequest(msgspec.Struct, forbid_unknown_fields=True):
    url: str


def webhook_value(one: Webhook, queue: Queue, service: Service) -> dict[str, Any]:
    """An address as the API shows it, without its secret."""
    last = {"at": one.tried_at, "status": one.status, "failure": one.failure}
    return {
        "webhook": one.id,
        "url": one.url,
        "by": service.identity.name_of(PersonId(one.by)),
        "created_at": one.created_at,
        "state": state_of(one),
        "delivered": one.delivered,
        "given_up": one.given_up,
        "waiting": queue.waiting,
        "next_at": queue.due_at,
        "attempts": queue.attempts,
        "last": None if one.tried_at is None else last,
    }


def routes(service: Service) -> list[Route]:
    authority = Authority(service)

    async def show(request: Request) -> Answer:
        """Where it is told, and how that goes."""
        day = _day(request)
        await authority.in_day(request, day, Role.ORGANISER)
        found = await service.store.read(lambda db: of_day(db, day))
        await service.identity.learn({PersonId(one.by) for one, _ in found})
        return Answer({"webhooks": [webhook_value(one, queue, service) for one, queue in found]})

    async def add(request: Request) -> Answer:
        """Tell one more address. The answer alone holds its secret."""
        day = _day(request)
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        url = (await read_json(request, WebhookRequest)).url
        new = await service.store.write(
            lambda db: register(
                db,
                day,
                url,
                internal=service.settings.internal_webhooks,
                by=visitor.person,
                at=service.clock(),
                new_id=new_id,
            )
        )
        await service.identity.learn({visitor.person})
        secret = shown_secret(derive_secret(service.secret, new.id))
        return Answer(webhook_value(new, Queue(), service) | {"secret": secret}, 201)

    async def forget(request: Request) -> Answer:
        """Tell an address nothing more."""
        day, id = _day(request), request.path_params["webhook"]
        visitor = await authority.in_day(request, day, Role.ORGANISER)
        gone = await service.store.write(
            lambda db: remove(db, day, id, by=visitor.person, at=service.clock())
        )
        return Answer({"webhook": gone.id, "removed": True})

    async def tried(request: Request) -> Answer:
        """Tell an address something that says nothing. How it went is shown soon."""
        day, id = _day(request), request.path_params["webhook"]
        visitor = await authority.in_day(request, day, Role.ORGANISER)

        def work(db: Connection) -> tuple[Webhook, Queue]:
            one = send_test(db, day, id, by=visitor.person, at=service.clock())
            return next(found for found in of_day(db, day) if found[0].id == one.id)

        one, queue = await service.store.write(work)
        await service.identity.learn({PersonId(one.by)})
        return Answer(webhook_value(one, queue, service), 202)

    path = "/api/days/{day}/webhooks"
    return [
        resource(path, GET=show, POST=add),
        resource(f"{path}/{{webhook}}", DELETE=forget),
        resource(f"{path}/{{webhook}}/test", POST=tried),
    ]


def _day(request: Request) -> DayId:
    return DayId(request.path_params["day"])
