"""The bus on Redis: publish and subscribe, over one connection (decision 0012).

Nothing is kept in Redis. Whatever happens to it costs time and nothing else: the connection is made
again for ever, and whoever listens is told when there may be something to look up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import TypeVar

import structlog
from redis.asyncio.connection import AbstractConnection

from server.bus.addresses import Address, Place
from server.bus.bus import Heard, ProcessId
from server.bus.channels import Channels
from server.bus.conversation import Conversation
from server.bus.failures import TROUBLES, Troubles
from server.bus.figures import Figures
from server.bus.finding import Answer, Finder
from server.bus.messages import Message
from server.bus.outbox import KEPT_SECONDS, Outbox, Said
from server.bus.wire import Unreadable, Wire
from storage.values import NoteId

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
"""Between two attempts to connect, doubled each time and shortened by up to a half by chance, so
that processes do not come all at once."""
STEADY_SECONDS = 5.0
"""A connection that lasted as long begins anew with the first pause."""

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
        self._is_due = asyncio.Event()
        """Set when there is something to send."""
        self._place: Place | None = None
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
                    connection, place = await self._finder.connected()
                except TROUBLES as error:
                    self._troubles.down(error, ", ".join(map(str, self._address.places)))
                else:
                    began = self._monotonic()
                    reason = await self._converse(connection, place)
                    self._troubles.down(reason, str(place))
                    if self._monotonic() - began > STEADY_SECONDS:
                        pause = FIRST_PAUSE_SECONDS
                self.figures.failures += 1
                await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        finally:
            await self._finder.close()

    async def _converse(self, connection: AbstractConnection, place: Place) -> BaseException:
        self.figures.connections += 1
        self._place = place
        self._forget_old()
        conversation = Conversation(
            connection,
            place,
            is_due=self._is_due,
            channels=self._channels,
            outbox=self._outbox,
            figures=self.figures,
            hear=self._take,
        )
        try:
            return await conversation.run(self._finder)
        finally:
            self._turn(is_up=False)

    def _publish(self, channel: bytes, message: Message) -> None:
        self._forget_old()
        packed = self._wire.pack(message)
        if packed is None or not self._outbox.put(Said(self._monotonic(), channel, packed)):
            self.figures.dropped += 1
        self._is_due.set()

    def _forget_old(self) -> None:
        self.figures.dropped += self._outbox.forget_before(self._monotonic() - KEPT_SECONDS)

    def _take(self, answer: Answer) -> None:
        """The next that Redis sent."""
        self.figures.heard_at = self._monotonic()
        match answer:
            case [b"message", bytes(channel), bytes(packed)]:
                self._take_message(channel, packed)
            case [b"subscribe", channel, *_] if channel == self._channels.everybody:
                self._turn(is_up=True)
            case [b"subscribe", bytes(channel), *_]:
                note = self._channels.confirmed(channel)
                if note is not None:
                    self._guarded(self._listening, [note])

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
            self._troubles.up(str(self._place))
        self._guarded(self._up, is_up)

    def _guarded(self, call: Callable[[T], None], told: T) -> None:
        try:
            call(told)
        except Exception as error:
            log.error("bus_listener_failed", error=type(error).__name__, exc_info=error)


def _nobody(_: object) -> None:
    """Before `run`, nobody is told."""
