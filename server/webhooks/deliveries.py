"""Telling addresses what happened: claimed from the store, sent, settled (duty `webhooks`).

At least once: whoever dies between the sending and its settling lets the event be sent again, under
the same id. What one address does holds up no other: each has few requests under way, and none for
longer than a bound. The events of one address may come in another order than they happened.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

import structlog
from sqlalchemy import Connection

from server.errors import BadInput
from server.webhooks import message
from server.webhooks.addresses import authority_of, parse_address
from server.webhooks.sending import ATTEMPT_SECONDS, NotSent, Sender
from server.webhooks.waits import next_attempt
from storage import deliveries as stored
from storage import journal
from storage.deliveries import Delivery
from storage.errors import StoreError
from storage.store import Store
from storage.values import Milliseconds, WebhookId

DUTY: Final = "webhooks"
LOOK_SECONDS: Final = 1.0
"""How late an event is sent, besides the request: what other processes write is seen then too."""
AT_ONCE: Final = 64
"""Requests under way in this process."""
AT_ONCE_EACH: Final = 4
"""To one address: sixteen that never answer would have to meet before another one waits."""
CLAIM_MS: Final = int(ATTEMPT_SECONDS * 1000) + 10_000
"""For so long a delivery is nobody else's: an attempt and its settling take less."""

log = structlog.get_logger("calepin.webhooks")


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended: the status that was answered, or why none was."""

    of: Delivery
    status: int | None
    failure: str | None


Outcome = Literal["delivered", "failed", "given_up"]


class Deliveries:
    """Delivers what the store has, of all days, while this process `holds` the duty."""

    def __init__(
        self,
        store: Store,
        *,
        key: bytes,
        server: str,
        internal: bool,
        clock: Callable[[], Milliseconds],
        chance: Callable[[], float],
        holds: Callable[[], bool],
    ) -> None:
        """`key` is the server's, `server` the beginning of its addresses; `internal`: webhooks may
        lead to machines that the Internet cannot reach."""
        self._store = store
        self._key = key
        self._server = server
        self._clock = clock
        self._chance = chance
        self._holds = holds
        self._sender = Sender(internal=internal, at_once=AT_ONCE)
        self._under_way: dict[asyncio.Task[None], WebhookId] = {}
        self._results: list[Result] = []
        self._ended = asyncio.Event()
        self.attempts: dict[Outcome, int] = {"delivered": 0, "failed": 0, "given_up": 0}
        """How those of this process have ended."""

    async def run(self) -> None:
        """Look once a second, and whenever a request has ended. Until cancelled; what has been
        answered by then is settled."""
        try:
            while True:
                self._ended.clear()
                await self.step()
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._ended.wait()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._sender.close()
            with suppress(StoreError):
                await self._settle()

    async def step(self) -> None:
        """Settle what has ended, and begin what is due. Raises nothing: it is tried again."""
        try:
            await self._settle()
            if self._holds():
                await self._begin()
        except StoreError as error:
            log.warning("webhooks_failed", error=str(error))
        except Exception as error:
            # What could not be settled is sent again when its claim has run out.
            self._results.clear()
            log.error("webhooks_broke", exc_info=error)

    async def _begin(self) -> None:
        now = self._clock()
        busy = Counter(self._under_way.values())
        free = AT_ONCE - busy.total()
        wanted: dict[WebhookId, int] = {}
        for id in await self._store.read(lambda db: stored.due(db, now)):
            if (count := min(free, AT_ONCE_EACH - busy[id])) > 0:
                wanted[id] = count
                free -= count
        if not wanted:
            return
        until = Milliseconds(now + CLAIM_MS)
        claimed = await self._store.write(lambda db: stored.claim(db, wanted, now=now, until=until))
        for one in claimed:
            task = asyncio.create_task(self._attempt(one), name="webhook")
            self._under_way[task] = one.webhook
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._ended.set()

    async def _attempt(self, one: Delivery) -> None:
        """One request; its result is kept to be settled."""
        body = message.body(one, server=self._server)
        secret = message.derive_secret(self._key, one.webhook)
        headers = message.headers(one.event, body, secret=secret, now=self._clock())
        status, failure = None, None
        try:
            status = await self._sender.post(parse_address(one.url), body, headers)
            failure = None if 200 <= status < 300 else "status"
        except NotSent as error:
            failure = error.why
        except BadInput:  # a rule that became stricter since it was registered
            failure = "refused_address"
        except Exception as error:
            log.error("webhook_broke", webhook=one.webhook, exc_info=error)
            failure = "error"
        self._results.append(Result(one, status, failure))

    async def _settle(self) -> None:
        results = list(self._results)
        if not results:
            return
        at = self._clock()
        outcomes = await self._store.write(
            lambda db: [self._settle_one(db, one, at) for one in results]
        )
        del self._results[: len(results)]
        for one, outcome in zip(results, outcomes, strict=True):
            self.attempts[outcome] += 1
            if outcome != "given_up":
                continue
            log.warning(
                "webhook_given_up",
                webhook=one.of.webhook,
                day=one.of.day,
                attempts=one.of.attempts,
                status=one.status,
                reason=one.failure,
            )

    def _settle_one(self, db: Connection, one: Result, at: Milliseconds) -> Outcome:
        """Write down how it went; what is given up by that, the journal says."""
        status, failure = one.status, one.failure
        if failure is None:
            assert status is not None  # noqa: S101 - an answer has one
            stored.delivered(db, one.of, at=at, status=status)
            return "delivered"
        if status == 410:
            # The specification's way of saying that it wants nothing more.
            given_up = stored.end(db, one.of, at=at, status=status, failure="gone")
        elif one.of.type == message.TEST:
            stored.leave(db, one.of, at=at, status=status, failure=failure)
            given_up = False
        else:
            due_at = next_attempt(one.of.attempts, now=at, chance=self._chance())
            if due_at is not None:
                stored.failed(db, one.of, at=at, status=status, failure=failure, due_at=due_at)
                return "failed"
            given_up = stored.give_up(db, one.of, at=at, status=status, failure=failure)
        if given_up:
            journal.write(
                db,
                one.of.day,
                at=at,
                who=DUTY,
                what="give_up_webhook",
                note=one.of.note,
                why=f"{authority_of(one.of.url)}: {one.of.type}",
            )
        return "given_up" if given_up else "failed"
