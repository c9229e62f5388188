"""Where an organiser sees which addresses are told what happens to a day, tries them, and says
which. It works without a script; a small one copies the secret, and looks again while something
is under way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.days.access import Role, require
from server.days.ids import new_id
from server.days.people import Visitor
from server.days.view import load_day
from server.errors import BadInput, Conflict, NotFound, TooLarge
from server.pages.forms import read_fields, refuse_foreign
from server.pages.language import language_of
from server.pages.rendering import Pages, say_date
from server.pages.words import WORDS
from server.service import Service
from server.webhooks.message import derive_secret, shown_secret
from server.webhooks.registering import (
    MAX_WEBHOOKS,
    of_day,
    register,
    remove,
    send_test,
    state_of,
)
from storage.values import DayId, Milliseconds
from storage.webhooks import Queue, Webhook


@dataclass(frozen=True, slots=True)
class Shown:
    """An address as the page shows it: how it is, in sentences, and whether that is well."""

    id: str
    url: str
    state: str
    """`new`, `working`, `waiting`, `failing` or `gone`: what the badge says."""
    said: list[str]
    may_be_tried: bool


def routes(service: Service, pages: Pages) -> list[Route]:
    async def organiser(request: Request) -> Visitor:
        day = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(day, "", request.cookies)
        require(visitor.role, Role.ORGANISER, day=visitor.day, of=day)
        refuse_foreign(request, service)
        return visitor

    async def page(
        request: Request,
        visitor: Visitor,
        *,
        status: int = 200,
        made: Webhook | None = None,
        typed: str = "",
        problem: str = "",
    ) -> Response:
        day, found = await service.store.read(
            lambda db: (load_day(db, visitor.day), of_day(db, visitor.day))
        )
        telling = _Telling(language_of(request), day.timezone, service.clock())
        secret = "" if made is None else shown_secret(derive_secret(service.secret, made.id))
        return pages.render(
            request,
            "webhooks.html",
            status=status,
            day=day,
            hooks=[telling.shown(one, queue) for one, queue in found],
            is_full=len(found) >= MAX_WEBHOOKS,
            is_moving=any(_is_under_way(queue, service.clock()) for _, queue in found),
            made=made,
            secret=secret,
            typed=typed,
            problem=problem,
        )

    async def show(request: Request) -> Response:
        return await page(request, await organiser(request))

    async def add(request: Request) -> Response:
        """The answer alone holds the secret, so it leads nowhere else."""
        visitor = await organiser(request)
        url = (await read_fields(request)).get("url", "").strip()

        def work(db: Connection) -> Webhook:
            return register(
                db,
                visitor.day,
                url,
                internal=service.settings.internal_webhooks,
                by=visitor.person,
                at=service.clock(),
                new_id=new_id,
            )

        try:
            made = await service.store.write(work)
        except (BadInput, Conflict, TooLarge) as error:
            problem = error.spoken(language_of(request))
            return await page(request, visitor, status=error.status, typed=url, problem=problem)
        return await page(request, visitor, made=made)

    async def act(request: Request) -> Response:
        """Try an address, or remove it."""
        visitor = await organiser(request)
        id, wanted = request.path_params["webhook"], (await read_fields(request)).get("do", "")
        acts = {"try": send_test, "remove": remove}
        if wanted not in acts:
            raise BadInput("An address is tried (`try`) or removed (`remove`).", field="do")
        by, at = visitor.person, service.clock()
        with suppress(Conflict, NotFound):  # somebody was faster, and the page says how it is now
            await service.store.write(lambda db: acts[wanted](db, visitor.day, id, by=by, at=at))
        return RedirectResponse(f"/d/{visitor.day}/webhooks#hooks", status_code=303)

    path = "/d/{day}/webhooks"
    return [
        Route(path, show),
        Route(path, add, methods=["POST"]),
        Route(f"{path}/{{webhook}}", act, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Telling:
    """How addresses are, in the reader's language and the day's zone."""

    language: str
    timezone: str
    now: Milliseconds

    def shown(self, one: Webhook, queue: Queue) -> Shown:
        state = state_of(one)
        badge = "waiting" if queue.waiting and state != "gone" else state
        return Shown(one.id, one.url, badge, list(self._said(one, queue)), state != "gone")

    def _said(self, one: Webhook, queue: Queue) -> list[str]:
        said = []
        if one.gone_at is not None:
            said.append(self._say("gone"))
        elif one.tried_at is None:
            said.append(self._say("new"))
        elif one.failure is None:
            said.append(self._say("arrived", at=self._moment(one.tried_at), status=one.status))
        else:
            why = self._say(f"why_{one.failure}", status=one.status)
            said.append(self._say("failed", at=self._moment(one.tried_at), why=why))
        if queue.waiting and queue.due_at is not None and one.gone_at is None:
            if queue.due_at <= self.now or not queue.attempts:
                said.append(self._counted("soon", queue.waiting))
            else:
                at = self._moment(queue.due_at)
                said.append(self._counted("waiting", queue.waiting, at=at, n=queue.attempts))
        if one.given_up:
            said.append(self._counted("given_up", one.given_up))
        return said

    def _say(self, key: str, **fields: object) -> str:
        return WORDS[self.language][f"webhooks.{key}"].format(**fields)

    def _counted(self, key: str, count: int, **fields: object) -> str:
        return self._say(f"{key}_one" if count == 1 else key, count=count, **fields)

    def _moment(self, at: Milliseconds) -> str:
        """A moment as people say it in the day's zone; of today, its time alone."""
        zone = ZoneInfo(self.timezone)
        local = datetime.fromtimestamp(at / 1000, zone)
        clock = f"{local:%H:%M:%S}"
        if local.date() == datetime.fromtimestamp(self.now / 1000, zone).date():
            return self._say("today", clock=clock)
        date = say_date(local.date().isoformat(), self.language)
        return self._say("on", date=date, clock=clock)


def _is_under_way(queue: Queue, now: Milliseconds) -> bool:
    """Whether something is being sent, or about to be: who looks wants to see how it went."""
    return queue.due_at is not None and queue.due_at <= now + 60_000
