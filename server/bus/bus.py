"""The bus between the processes that serve the same notes (decision 6): it carries, it never keeps.

It may lose messages, stand still, or be away: every receiver checks that what it hears continues
what it has, and reads the store where it does not. Nothing that calls it waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType, Protocol

from server.bus.messages import Message
from storage.values import NoteId

ProcessId = NewType("ProcessId", str)
"""Random, of one process for as long as it lives."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of another process; `note` is None where it is meant for all."""

    process: ProcessId
    note: NoteId | None
    message: Message


class Bus(Protocol):
    """What rooms and services see of it. All calls are of one event loop, and none waits."""

    @property
    def process(self) -> ProcessId:
        """Who this process is to the others."""

    @property
    def is_up(self) -> bool:
        """Whether what is said now is likely to be heard."""

    def listen(self, note: NoteId) -> None:
        """Hear what is said of a note from soon on; `listening` is called when that has begun."""

    def forget(self, note: NoteId) -> None:
        """Hear no more of a note."""

    def say(self, note: NoteId, message: Message) -> None:
        """Tell the processes that listen to a note. What cannot go out soon is dropped, counted."""

    def say_to_all(self, message: Message) -> None:
        """Tell every process."""

    async def run(
        self,
        *,
        hear: Callable[[Heard], None],
        listening: Callable[[list[NoteId]], None],
        up: Callable[[bool], None],
    ) -> None:
        """Carry messages until cancelled; what is away is tried again for ever.

        `hear` gets each message of other processes, in the order in which that process said them.
        `listening` gets notes for which everything is heard from now on: what happened before has
        to be looked up. That is so after `listen`, and for all notes after an interruption. `up`
        is told when the bus comes and goes.
        """
