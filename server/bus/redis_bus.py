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
from hiredis import PushNotification, ReplyError

from server.bus.addresses import Address
from server.bus.bus import Heard, ProcessId
from server.bus.channels import Channels
from server.bus.commands import GREETING, command
from server.bus.connection import Answer, Connection
from server.bus.failures import BusTrouble, Deposed, Ended, Silent, TooFull
from server.bus.figures import Figures
from server.bus.finding import Finder, check_role
from server.bus.messages import Message
from server.bus.outbox import KEPT_SECONDS, MAX_UNSENT_BYTES, Outbox
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
        self._connection: Connection | None = None
        self._flushing: asyncio.Handle | None = None
        self._unanswered = 0
        """Messages that Redis was given and has not answered."""
        self._greetings = 0
        """The same of greetings."""
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
        if self._channels.listen(note) and self._connection is not None:
            self._ask(self._connection, self._channels.subscribe(note))

    def forget(self, note: NoteId) -> None:
        if self._channels.forget(note) and self._connection is not None:
            self._ask(self._connection, self._channels.unsubscribe(note))

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
        while True:
            try:
                connection = await self._finder.connected()
            except (OSError, BusTrouble, ReplyError) as error:
                self._troubles.down(error, ", ".join(map(str, self._address.places)))
            else:
                began = self._monotonic()
                reason = await self._carry(connection)
                self._troubles.down(reason, str(connection.place))
                if self._monotonic() - began > STEADY_SECONDS:
                    pause = FIRST_PAUSE_SECONDS
            self.figures.failures += 1
            await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _carry(self, connection: Connection) -> Exception:
        """Say and hear until the connection ends; why it did."""
        self.figures.connections += 1
        self._greetings = 0
        self._connection = connection
        connection.give_to(self._take)
        self.figures.dropped += self._outbox.forget_before(self._monotonic() - KEPT_SECONDS)
        for asking in self._channels.subscribe_to_all():
            connection.write(asking)
        self._flush()
        async with asyncio.TaskGroup() as tasks:
            watching = [tasks.create_task(self._greet(connection))]
            if self._address.group is not None:
                watching.append(tasks.create_task(self._ask_sentinels(connection)))
            try:
                return await asyncio.shield(connection.lost)
            except asyncio.CancelledError:
                await self._last_words(connection)
                raise
            finally:
                for task in watching:
                    task.cancel()
                self._leave(connection)

    async def _last_words(self, connection: Connection) -> None:
        self._flush()
        connection.give_to(_nobody)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await connection.close()

    def _leave(self, connection: Connection) -> None:
        """What was said and is still unanswered may have reached nobody."""
        self._connection = None
        connection.end(Ended())
        connection.give_to(_nobody)
        self.figures.dropped += self._unanswered
        self._unanswered = 0
        self._turn(is_up=False)

    async def _greet(self, connection: Connection) -> None:
        while self._greetings < MOST_UNANSWERED:
            self._greetings += 1
            connection.write(GREETING)
            await asyncio.sleep(GREETING_SECONDS)
        connection.end(Silent())

    async def _ask_sentinels(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(SENTINELS_SECONDS)
            try:
                master = await self._finder.master()
            except (OSError, BusTrouble, ReplyError):
                continue  # Nobody knows better: the one that is there is kept.
            if master != connection.place:
                connection.end(Deposed())

    def _ask(self, connection: Connection, asking: bytes) -> None:
        """For a channel, behind what was said before. It must not be missed: where Redis takes
        nothing any more, all is begun anew."""
        self._flush()
        if connection.unsent_bytes > MAX_UNSENT_BYTES:
            connection.end(TooFull())
        connection.write(asking)

    def _publish(self, channel: bytes, message: Message) -> None:
        now, connection = self._monotonic(), self._connection
        if connection is None:
            self.figures.dropped += self._outbox.forget_before(now - KEPT_SECONDS)
        packed = self._wire.pack(message)
        unsent = 0 if connection is None else connection.unsent_bytes
        if packed is None or not self._outbox.put(
            command(b"PUBLISH", channel, packed), at=now, unsent_bytes=unsent
        ):
            self.figures.dropped += 1
        elif connection is not None and self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        commands = self._outbox.take() if self._connection is not None else []
        if self._connection is None or not commands:
            return
        together = b"".join(commands)
        self._connection.write(together)
        self._unanswered += len(commands)
        self.figures.said += len(commands)
        self.figures.bytes_said += len(together)

    def _take(self, answers: list[Answer]) -> None:
        """What Redis sent, in its order."""
        self.figures.heard_at = self._monotonic()
        begun: list[NoteId] = []
        for answer in answers:
            match answer:
                case PushNotification([b"message", bytes(channel), bytes(packed)]):
                    if begun:
                        self._guarded(self._listening, begun)
                        begun = []
                    self._take_message(channel, packed)
                case PushNotification([b"subscribe", bytes(channel), *_]):
                    if channel == self._channels.everybody:
                        self._turn(is_up=True)
                    elif (note := self._channels.confirmed(channel)) is not None:
                        begun.append(note)
                case int():
                    self._unanswered -= 1
                case _:
                    self._take_answer(answer)
        if begun:
            self._guarded(self._listening, begun)

    def _take_answer(self, answer: Answer) -> None:
        """To a greeting; or a refusal, after which nothing is certain but a new beginning."""
        if self._connection is None:
            return
        if isinstance(answer, ReplyError):
            self._connection.end(answer)
        elif isinstance(answer, dict):
            self._greetings = 0
            try:
                check_role(answer)
            except BusTrouble as error:
                self._connection.end(error)

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
        if is_up and self._connection is not None:
            self._troubles.up(str(self._connection.place))
        self._guarded(self._up, is_up)

    def _guarded(self, call: Callable[[T], None], told: T) -> None:
        try:
            call(told)
        except Exception as error:
            log.error("bus_listener_failed", error=type(error).__name__, exc_info=error)


def _nobody(_: object) -> None:
    """Before `run`, nobody is told."""
