"""With one Redis, over one connection: what goes out, what comes in, and whether it still lives.

One connection does both (decision 0012): what is asked for and what is said stay in order, and one
greeting proves both ways.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from redis.asyncio.connection import AbstractConnection

from server.bus.addresses import Place
from server.bus.channels import Channels
from server.bus.failures import TROUBLES, Deposed, Ended, Silent
from server.bus.figures import Figures
from server.bus.finding import GREETING, Answer, Finder, check_role
from server.bus.outbox import Outbox

GREETING_SECONDS = 1.0
"""How often Redis is greeted."""
MOST_UNANSWERED = 3
"""So many greetings without an answer, and the connection is given up: a cable that is pulled says
nothing. They are counted, and not the time, because this process may have stood still itself."""
SENTINELS_SECONDS = 5.0
"""How often Sentinels are asked for the master: one that they cannot reach goes on answering."""
LAST_WORDS_SECONDS = 0.5
"""How long the end may take, to send what was said last."""

Command = tuple[bytes, ...]


class Conversation:
    """Begins by asking for the channels, and says what waits. `hear` gets all that Redis sends.
    Whoever has more to say, or asks for another channel, sets `is_due`."""

    def __init__(
        self,
        connection: AbstractConnection,
        place: Place,
        *,
        is_due: asyncio.Event,
        channels: Channels,
        outbox: Outbox,
        figures: Figures,
        hear: Callable[[Answer], None],
    ) -> None:
        self._connection = connection
        self._place = place
        self._is_due = is_due
        self._channels = channels
        self._outbox = outbox
        self._figures = figures
        self._hear = hear
        self._must_greet = False
        self._greetings = 0
        """Those that Redis was given and has not answered."""
        self._messages = 0
        """The same of messages."""

    async def run(self, finder: Finder) -> BaseException:
        """Until the connection ends; why it did. Sends the last words when cancelled."""
        self._channels.begin()
        work = [self._take_all(), self._send_all(), self._greet(), self._ask_sentinels(finder)]
        # Not a group: it would swallow a cancellation that comes together with a failure.
        tasks = [asyncio.create_task(each) for each in work]
        ended: set[asyncio.Task[None]] = set()
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(task.exception() or Ended() for task in tasks if task in ended)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if not ended and self._connection.is_connected:
                await self._last_words()
            await self._connection.disconnect(nowait=True)
            # What is still unanswered may have reached nobody.
            self._figures.dropped += self._messages

    async def _take_all(self) -> None:
        """A refusal of any kind is raised: after it nothing is certain but a new beginning."""
        read = self._connection.read_response
        while True:
            answer = await read(disconnect_on_error=False, push_request=True)
            self._hear(answer)
            if isinstance(answer, int):
                self._messages -= 1
            elif not isinstance(answer, list):
                check_role(answer)
                self._greetings = 0

    async def _send_all(self) -> None:
        while True:
            await self._send()
            await self._is_due.wait()

    async def _send(self) -> None:
        """All that is due. A question that is said after `listen` goes behind the channel on which
        it will be answered, also when much waits before it."""
        self._is_due.clear()
        while commands := [*self._channels.asks(), *self._greeting(), *self._publishing()]:
            await self._connection.send_packed_command(self._connection.pack_commands(commands))

    def _greeting(self) -> list[Command]:
        must_greet, self._must_greet = self._must_greet, False
        return [GREETING] if must_greet else []

    def _publishing(self) -> list[Command]:
        said = self._outbox.take()
        self._messages += len(said)
        self._figures.said += len(said)
        self._figures.bytes_said += sum(len(each.packed) for each in said)
        return [(b"PUBLISH", each.channel, each.packed) for each in said]

    async def _last_words(self) -> None:
        with suppress(*TROUBLES):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._send()
                await self._connection.disconnect()

    async def _greet(self) -> None:
        while self._greetings < MOST_UNANSWERED:
            self._greetings += 1
            self._must_greet = True
            self._is_due.set()
            await asyncio.sleep(GREETING_SECONDS)
        raise Silent

    async def _ask_sentinels(self, finder: Finder) -> None:
        """Where there are none, `finder` goes on naming the place that there is."""
        master = self._place
        while master == self._place:
            await asyncio.sleep(SENTINELS_SECONDS)
            with suppress(*TROUBLES):  # Nobody knows better: the one that is there is kept.
                master = await finder.master(self._place)
        raise Deposed
