"""What is kept aside of one person, by clocks: a client that comes back says it all again."""

from __future__ import annotations

from collections.abc import Iterable

from server.sync.ranges import Ranges
from server.sync.shape import SKIP, Shape, read


class Kept:
    """The content of some held updates."""

    def __init__(self, updates: Iterable[bytes]) -> None:
        self._structs: dict[int, Ranges] = {}
        self._deletes: dict[int, Ranges] = {}
        for update in updates:
            self.add(update)

    def add(self, update: bytes) -> None:
        """Count in one more."""
        shape = read(update)
        for client, start, end in _structs_of(shape):
            self._structs.setdefault(client, Ranges()).add(start, end)
        for client, start, end in shape.deletes:
            self._deletes.setdefault(client, Ranges()).add(start, end)

    def has(self, update: bytes) -> bool:
        """Whether nothing in the update is new. Raises UpdateRefused."""
        shape = read(update)
        nothing = Ranges()
        return not any(
            self._structs.get(client, nothing).missing(start, end)
            for client, start, end in _structs_of(shape)
        ) and not any(
            self._deletes.get(client, nothing).missing(start, end)
            for client, start, end in shape.deletes
        )


def _structs_of(shape: Shape) -> Iterable[tuple[int, int, int]]:
    """Client id, first clock, clock after the last. A gap holds nothing."""
    for run, structs in zip(shape.runs, shape.structs, strict=True):
        for struct in structs:
            if struct.kind != SKIP:
                yield run.client, struct.clock, struct.clock + struct.length
