"""A wire between the processes of a test, on which messages travel by hand, or are lost."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from server.bus.bus import Heard, ProcessId
from server.bus.messages import Message
from storage.values import NoteId

if TYPE_CHECKING:
    from server.sync.neighbours import Neighbours

Pair = tuple[ProcessId, ProcessId]
"""From whom, to whom."""

_READ = msgspec.msgpack.Decoder(Message)


@dataclass(eq=False)
class Wire:
    """Carries bytes, in the order in which each process said them to each other one."""

    ends: list[End] = field(default_factory=list)
    under_way: dict[Pair, deque[tuple[NoteId | None, bytes]]] = field(default_factory=dict)

    said: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was said since it was cleared."""

    def end(self, name: str) -> End:
        made = End(self, ProcessId(name))
        self.ends.append(made)
        return made

    def cut(self, end: End) -> None:
        """A process is gone, with all that was under way to it."""
        self.ends.remove(end)
        for pair in [pair for pair in self.under_way if pair[1] == end.process]:
            del self.under_way[pair]

    def put(self, sender: End, note: NoteId | None, message: Message) -> None:
        self.said.set()
        data = msgspec.msgpack.encode(message)
        for end in self.ends:
            if end is not sender and (note is None or note in end.notes):
                pair = (sender.process, end.process)
                self.under_way.setdefault(pair, deque()).append((note, data))

    def deliver(self, dice: random.Random, at_most: int) -> None:
        """Let the first messages of some pair arrive."""
        for _ in range(at_most):
            pairs = [pair for pair, messages in self.under_way.items() if messages]
            if not pairs:
                return
            pair = dice.choice(pairs)
            self._hand_over(pair, *self.under_way[pair].popleft())

    def deliver_all(self) -> bool:
        """Let everything arrive; whether anything did."""
        any_did = False
        while pairs := [pair for pair, messages in self.under_way.items() if messages]:
            any_did = True
            for pair in pairs:
                self._hand_over(pair, *self.under_way[pair].popleft())
        return any_did

    def lose(self, dice: random.Random) -> None:
        """Lose one message, or all that is under way."""
        pairs = [pair for pair, messages in self.under_way.items() if messages]
        if pairs and dice.random() < 0.7:
            messages = self.under_way[dice.choice(pairs)]
            del messages[dice.randrange(len(messages))]
        else:
            self.under_way.clear()

    def _hand_over(
        self, pair: tuple[ProcessId, ProcessId], note: NoteId | None, data: bytes
    ) -> None:
        for end in self.ends:
            if end.process == pair[1] and end.neighbours is not None:
                end.neighbours.hear(Heard(pair[0], note, _READ.decode(data)))


@dataclass(eq=False)
class End:
    """One process's end of the wire: a bus."""

    wire: Wire
    process: ProcessId
    notes: set[NoteId] = field(default_factory=set)
    neighbours: Neighbours | None = None
    is_up: bool = True

    def listen(self, note: NoteId) -> None:
        self.notes.add(note)

    def forget(self, note: NoteId) -> None:
        self.notes.discard(note)

    def say(self, note: NoteId, message: Message) -> None:
        self.wire.put(self, note, message)

    def say_to_all(self, message: Message) -> None:
        self.wire.put(self, None, message)

    async def run(
        self,
        *,
        hear: Callable[[Heard], None],
        listening: Callable[[list[NoteId]], None],
        up: Callable[[bool], None],
    ) -> None:
        raise NotImplementedError("tests deliver by hand")
