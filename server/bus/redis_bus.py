"""The bus on Redis: publish and subscribe, over one connection (decision 0012).

Nothing is kept in Redis. Whatever happens to it costs time and nothing else: the connection is made
again for ever, and whoever listens is told when there may be something to look up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import TypeVar

import structlog
from redis.asyncio.connection import AbstractConnection

from server.bus.addresses import Address, Place
from server.bus.bus import Heard, ProcessId
from server.bus.channels import Channels
from server.bus.failures import TROUBLES, Deposed, Ended, Silent
from server.bus.figures import Figures
from server.bus.finding import GREETING, Answer, Finder, Reached, check_role
from server.bus.messages import Message
from server.bus.outbox import KEPT_SECONDS, Outbox, Said
from server.bus.troubles import Troubles
from server.bus.wire import Unreadable, Wire
from storage.values import NoteId

GREETING_SECONDS = 1.0
"""How often Redis is greeted."""
MOST_UNANSWERED = 3
"""So many greetings without an answer, and the connection is given up: a cable that is pulled says
nothing. They are counted, and not the time, because this process may have stood still itself."""
SENTINELS_SECONDS = 5.0
"""How often Sentinels are asked for the master: one that they cannot reach goes on answering."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
"""Between two attempts to connect, doubled each time and shortened by up to a half by chance, so
that processes do not come all at once."""
STEADY_SECONDS = 5.0
"""A connection that lasted as long begins anew with the first pause."""
LAST_WORDS_SECONDS = 0.5
"""How long the end of `run` may take, to send what was said last."""

log = structlog.get_logger("calepin")

T = TypeVar("T")


class RedisBus:
    """Implements `Bus`. Made in one event loop, and of that alone."""

    def __init__(
        self,
        address: Address,
        *,
        prefix: str,
        process: ProcessId,
        monotonic: Callable[[], float],
        random: Random,
    ) -> None:
        self._process = process
        self._monotonic = monotonic
        self._random = random
        self._address = address
        self._finder = Finder(address)
        self._channels = Channels(prefix, address.db)
        self._wire = Wire(process)
        self._outbox = Outbox()
        self._is_connected = False
        self._where = ""
        """To whom."""
        self._is_due = asyncio.Event()
        """Set when there is something to send."""
        self._unanswered = 0
        """Messages that Redis was given and has not answered."""
        self._greetings = 0
        """The same of greetings."""
        self._must_greet = False
        self._troubles = Troubles(monotonic)
        self._hear: Callable[[Heard], None] = _nobody
        self._listening: Callable[[list[NoteId]], None] = _nobody
        self._up: Callable[[bool], None] = _nobody
        self.figures = Figures(turned_at=monotonic())

    @property
    def process(self) -> ProcessId:
        return self._process

    @property
    def is_up(self) -> bool:
        """Whether Redis has confirmed the channel for all, and answers."""
        return self.figures.is_up

    def listen(self, note: NoteId) -> None:
        self._channels.listen(note)
        self._is_due.set()

    def forget(self, note: NoteId) -> None:
        self._channels.forget(note)
        self._is_due.set()

    def say(self, note: NoteId, message: Message) -> None:
        self._publish(self._channels.of(note), message)

    def say_to_all(self, message: Message) -> None:
        self._publish(self._channels.everybody, message)

    async def run(
        self,
        *,
        hear: Callable[[Heard], None],
        listening: Callable[[list[NoteId]], None],
        up: Callable[[bool], None],
    ) -> None:
        """As `Bus.run` promises. What these three raise is logged, and stops nothing."""
        self._hear, self._listening, self._up = hear, listening, up
        pause = FIRST_PAUSE_SECONDS
        try:
            while True:
                try:
                    reached = await self._finder.connected()
                except TROUBLES as error:
                    self._troubles.down(error, ", ".join(map(str, self._address.places)))
                else:
                    began = self._monotonic()
                    reason = await self._carry(reached)
                    self._troubles.down(reason, str(reached.place))
                    if self._monotonic() - began > STEADY_SECONDS:
                        pause = FIRST_PAUSE_SECONDS
                self.figures.failures += 1
                await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        finally:
            await self._finder.close()

    async def _carry(self, reached: Reached) -> BaseException:
        """Say and hear until the connection ends; why it did."""
        connection, place = reached
        self.figures.connections += 1
        self._is_connected = True
        self._where = str(place)
        self._greetings = 0
        self.figures.dropped += self._outbox.forget_before(self._monotonic() - KEPT_SECONDS)
        self._channels.begin()
        work = [self._hear_all(connection), self._say_all(connection), self._greet()]
        if self._address.group is not None:
            work.append(self._ask_sentinels(place))
        # Not a group: it would swallow a cancellation that comes together with a failure.
        tasks = [asyncio.create_task(each) for each in work]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(task.exception() or Ended() for task in tasks if task.done())
        finally:
            is_cancelled = not any(task.done() for task in tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if is_cancelled:
                await self._last_words(connection)
            await connection.disconnect(nowait=True)
            self._leave()

    async def _last_words(self, connection: AbstractConnection) -> None:
        with suppress(*TROUBLES):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self._send(connection)
                await connection.disconnect()

    def _leave(self) -> None:
        """What was said and is still unanswered may have reached nobody."""
        self._is_connected = False
        self.figures.dropped += self._unanswered
        self._unanswered = 0
        self._turn(is_up=False)

    async def _greet(self) -> None:
        while self._greetings < MOST_UNANSWERED:
            self._greetings += 1
            self._must_greet = True
            self._is_due.set()
            await asyncio.sleep(GREETING_SECONDS)
        raise Silent

    async def _ask_sentinels(self, place: Place) -> None:
        master = place
        while master == place:
            await asyncio.sleep(SENTINELS_SECONDS)
            with suppress(*TROUBLES):  # Nobody knows better: the one that is there is kept.
                master = await self._finder.master()
        raise Deposed

    def _publish(self, channel: bytes, message: Message) -> None:
        now = self._monotonic()
        if not self._is_connected:
            self.figures.dropped += self._outbox.forget_before(now - KEPT_SECONDS)
        packed = self._wire.pack(message)
        if packed is None or not self._outbox.put(Said(now, channel, packed)):
            self.figures.dropped += 1
        else:
            self._is_due.set()

    async def _say_all(self, connection: AbstractConnection) -> None:
        await connection.send_command(b"SUBSCRIBE", self._channels.everybody)
        while True:
            await self._send(connection)
            await self._is_due.wait()

    async def _send(self, connection: AbstractConnection) -> None:
        """All that is due. A question that is said after `listen` goes behind the channel on which
        it will be answered."""
        self._is_due.clear()
        commands = [*self._channels.asks()]
        if self._must_greet:
            self._must_greet = False
            commands.append(GREETING)
        while True:
            said = self._outbox.take()
            commands += [(b"PUBLISH", channel, packed) for _, channel, packed in said]
            if not commands:
                return
            self.figures.said += len(said)
            self._unanswered += len(said)
            self.figures.bytes_said += sum(len(packed) for _, _, packed in said)
            await connection.send_packed_command(connection.pack_commands(commands))
            commands = []

    async def _hear_all(self, connection: AbstractConnection) -> None:
        while True:
            self._take(await connection.read_response(disconnect_on_error=False, push_request=True))

    def _take(self, answer: Answer) -> None:
        """The next that Redis sent. A refusal was raised: after it nothing is certain but a new
        beginning."""
        self.figures.heard_at = self._monotonic()
        match answer:
            case [b"message", bytes(channel), bytes(packed)]:
                self._take_message(channel, packed)
            case [b"subscribe", bytes(channel), *_]:
                if channel == self._channels.everybody:
                    self._turn(is_up=True)
                elif (note := self._channels.confirmed(channel)) is not None:
                    self._guarded(self._listening, [note])
            case int():
                self._unanswered -= 1
            case dict():
                self._greetings = 0
                check_role(answer)

    def _take_message(self, channel: bytes, packed: bytes) -> None:
        note = self._channels.wanted(channel)
        if self._wire.is_own(packed) or (note is None and channel != self._channels.everybody):
            return
        self.figures.bytes_heard += len(packed)
        try:
            process, message = self._wire.unpack(packed)
        except Unreadable:
            self.figures.passed_over += 1
            return
        self.figures.heard += 1
        self._guarded(self._hear, Heard(process, note, message))

    def _turn(self, *, is_up: bool) -> None:
        if self.figures.is_up == is_up:
            return
        self.figures.is_up = is_up
        self.figures.turned_at = self._monotonic()
        if is_up:
            self._troubles.up(self._where)
        self._guarded(self._up, is_up)

    def _guarded(self, call: Callable[[T], None], told: T) -> None:
        try:
            call(told)
        except Exception as error:
            log.error("bus_listener_failed", error=type(error).__name__, exc_info=error)


def _nobody(_: object) -> None:
    """Before `run`, nobody is told."""
