"""Updates written by hand, well-formed or not: what no client would send."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.sync.codec import var_string, var_uint

COLLECTED, DELETED, TEXT, EMBED, FORMAT, GAP = 0, 1, 4, 5, 6, 10
Id = tuple[int, int]
"""A client id and a clock."""


@dataclass(frozen=True)
class Written:
    """One struct: its kind, what it stands between, and its content as bytes."""

    kind: int
    content: bytes
    length: int
    origin: Id | None = None
    right: Id | None = None
    root: str = "notes"

    def encode(self) -> bytes:
        if self.kind in (COLLECTED, GAP):
            return bytes([self.kind]) + self.content
        info = self.kind | (0x80 if self.origin else 0) | (0x40 if self.right else 0)
        out = bytes([info])
        for reference in (self.origin, self.right):
            if reference:
                out += var_uint(reference[0]) + var_uint(reference[1])
        if not self.origin and not self.right:
            out += b"\x01" + var_string(self.root)
        return out + self.content


def units(words: str) -> int:
    """How many clocks a text takes: UTF-16 code units."""
    return len(words.encode("utf-16-le")) // 2


def text(
    words: str, origin: Id | None = None, right: Id | None = None, root: str = "notes"
) -> Written:
    return Written(TEXT, var_string(words), units(words), origin, right, root)


def deleted(length: int, origin: Id | None = None, right: Id | None = None) -> Written:
    return Written(DELETED, var_uint(length), length, origin, right)


def embed(json: str, origin: Id | None = None, right: Id | None = None) -> Written:
    return Written(EMBED, var_string(json), 1, origin, right)


def formatted(key: str, json: str, origin: Id | None = None, right: Id | None = None) -> Written:
    return Written(FORMAT, var_string(key) + var_string(json), 1, origin, right)


def collected(length: int) -> Written:
    return Written(COLLECTED, var_uint(length), length)


def gap(length: int) -> Written:
    return Written(GAP, var_uint(length), length)


Runs = Sequence[tuple[int, int, Sequence[Written]]]
"""Client id, first clock, structs."""


def update(runs: Runs = (), deletes: Iterable[tuple[int, Sequence[Id]]] = ()) -> bytes:
    """Its bytes; deletions are first clocks and how many, by client."""
    parts = [var_uint(len(runs))]
    for client, clock, structs in runs:
        parts += [var_uint(len(structs)), var_uint(client), var_uint(clock)]
        parts += [struct.encode() for struct in structs]
    deletes = list(deletes)
    parts.append(var_uint(len(deletes)))
    for client, spans in deletes:
        parts += [var_uint(client), var_uint(len(spans))]
        parts += [var_uint(start) + var_uint(length) for start, length in spans]
    return b"".join(parts)


class Liar:
    """Well-formed nonsense about a note: any order, any reference, near what the note has."""

    def __init__(self, dice: random.Random, clocks: dict[int, int]) -> None:
        self._dice = dice
        self._clocks = clocks
        """What the note has, looked at and not changed here."""

    def updates(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield self.update()

    def update(self) -> bytes:
        dice = self._dice
        clients = dice.sample(range(1, 5), dice.choice([0, 1, 1, 1, 2, 2, 3]))
        ends = dict(self._clocks)
        runs = []
        for client in clients:
            have = ends.get(client, 0)
            clock = have if dice.random() < 0.7 else max(0, have + dice.randint(-4, 1))
            structs = []
            end = clock
            for _ in range(dice.choice([1, 1, 1, 2, 3, 5])):
                struct = self._struct(client, end, ends)
                structs.append(struct)
                end += struct.length
            ends[client] = max(have, end)
            runs.append((client, clock, structs))
        dice.shuffle(runs)
        deletes = []
        for client in dice.sample(range(1, 5), dice.choice([0, 0, 1, 2])):
            spans = [
                (dice.randint(0, ends.get(client, 0)), dice.choice([1, 1, 2, 3, 8]))
                for _ in range(dice.choice([1, 1, 2, 3]))
            ]
            deletes.append((client, sorted(spans) if dice.random() < 0.7 else spans))
        return update(runs, deletes)

    def _struct(self, client: int, clock: int, ends: dict[int, int]) -> Written:
        dice = self._dice
        origin = self._reference(client, clock, ends) if dice.random() < 0.7 else None
        right = self._reference(client, clock, ends) if dice.random() < 0.5 else None
        match dice.choice("ttttdefg" if dice.random() < 0.1 else "ttttdef"):
            case "t":
                words = dice.choice(["a", "bc", "été", "😀", "x👩🏽‍🚒y", "\n", "defghij", "\0"])
                return text(words, origin, right, root=dice.choice(["notes", "conclusions"]))
            case "d":
                return deleted(dice.choice([1, 2, 5]), origin, right)
            case "e":
                return embed(dice.choice(['{"a":1}', "[]", "0", '"é"', "null"]), origin, right)
            case "f":
                key = dice.choice(["bold", "link", "é"])
                return formatted(key, dice.choice(["true", "null", '"x"', "{}"]), origin, right)
            case _:
                return gap(dice.choice([1, 2]))

    def _reference(self, client: int, clock: int, ends: dict[int, int]) -> Id:
        dice = self._dice
        if clock and dice.random() < 0.5:
            return client, clock - 1
        there = dice.choice([1, 2, 3, 4, client])
        end = clock if there == client else ends.get(there, 0)
        return there, dice.randint(0, max(0, end - (dice.random() < 0.95)))
