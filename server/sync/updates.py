"""The structural check: nothing enters a note unchecked.

Updates of 8 to 46 bytes hang, abort or silence every server that was measured (robustness), so this
strict, total check stands in front of the document library. What an update says (`shape`) must
follow from what the note has; what the note has already is cut off, so that the bytes that remain
are exactly what is new. Pure: bytes and a `NoteState` in, a `Checked` or an error out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from heapq import heappop, heappush

import msgspec

from server.errors import UpdateRefused
from server.sync.codec import decode_state_vector, var_uint
from server.sync.keystroke import read_keystroke
from server.sync.ranges import Ranges
from server.sync.shape import (
    ANY_NUMBER,
    DELETED,
    ORIGIN,
    RIGHT_ORIGIN,
    SKIP,
    Id,
    Run,
    Shape,
    Struct,
    read,
    uint,
)

MAX_CLIENTS = 16 * 1024
"""Of one note: as many as a peer can name in the state vector that it joins with."""


class UpdateEarly(Exception):
    """It builds on what the note does not have yet. Not an error: ask for what is missing."""


@dataclass(slots=True)
class NoteState:
    """What a note has, as far as the check must know: clocks, deletions, and halves of characters.

    `lows` are the clocks of low surrogates: an edit that cuts before one would split a character.
    Two replicas would show different text then, so a cut is refused, not mended: whoever makes one
    works on code units, and would make the next one too.
    """

    clocks: dict[int, int] = field(default_factory=dict)
    deletes: dict[int, Ranges] = field(default_factory=dict)
    lows: set[Id] = field(default_factory=set)

    @classmethod
    def from_parts(cls, state_vector: bytes, deletes: bytes, full: bytes) -> NoteState:
        """The state of a document from its state vector, its delete set (an update without structs)
        and, where characters outside the basic plane may occur, the whole of it."""
        known = decode_state_vector(state_vector, at_most=len(state_vector))
        state = cls(clocks={client: clock for client, clock in known.items() if clock})
        for client, start, end in read(deletes, at_most=ANY_NUMBER).deletes:
            state.deletes.setdefault(client, Ranges()).add(start, end)
        if any(byte in full for byte in _FOUR_BYTE_LEADS):
            state.lows |= read(full, at_most=ANY_NUMBER).lows
        return state

    def advance(self, checked: Checked) -> None:
        """Count in what `check` has let pass."""
        for run in checked.runs:
            self.clocks[run.client] = run.end
        for client, start, end in checked.deletes:
            ranges = self.deletes.get(client)
            if ranges is None:
                ranges = self.deletes[client] = Ranges()
            ranges.add(start, end)
        if checked.lows:
            self.lows |= checked.lows


_NO_LOWS: Set[Id] = frozenset()
_FOUR_BYTE_LEADS = [bytes([lead]) for lead in range(0xF0, 0xF5)]


class Checked(msgspec.Struct, frozen=True):
    """An update that may enter: `data` holds only what is new; `runs` and `deletes` say what."""

    data: bytes
    runs: Sequence[Run]
    deletes: Sequence[tuple[int, int, int]]
    lows: Set[Id]

    @property
    def noop(self) -> bool:
        """The note has all of it."""
        return not self.runs and not self.deletes

    @property
    def writers(self) -> list[int]:
        """The client ids that bring something new."""
        return [run.client for run in self.runs]


def check(update: bytes, state: NoteState) -> Checked:
    """What of `update` is new to the note, when all of it may enter.

    Raises UpdateRefused when a note must not take it, UpdateEarly when something is missing first.
    """
    clocks = state.clocks
    if not state.lows:
        run = read_keystroke(update, clocks)
        if run is not None:
            return Checked(update, (run,), (), _NO_LOWS)
    return check_fully(update, state)


def check_fully(update: bytes, state: NoteState) -> Checked:
    """What `check` says, of any update, the long way."""
    shape = read(update)
    clocks = state.clocks
    new_ends: dict[int, int] = {}
    for run in shape.runs:
        if run.start > clocks.get(run.client, 0):
            raise UpdateEarly("edits that come before these are missing")
        new_ends[run.client] = run.end
    lows = shape.lows
    if lows:
        # What it says of edits that the note has may be a lie.
        lows = {(client, clock) for client, clock in lows if clock >= clocks.get(client, 0)}
    runs: list[Run] = []
    parts: list[bytes] = []
    whole = shape.in_order
    for run, structs in zip(shape.runs, shape.structs, strict=True):
        have = clocks.get(run.client, 0)
        if run.end <= have:
            whole = False
            continue
        if run.start < have:
            whole = False
        written, count = _new_structs(update, run.client, structs, have, clocks, new_ends)
        if lows or state.lows:
            _refuse_split(structs, have, state.lows, lows)
        start = max(run.start, have)
        runs.append(Run(run.client, start, run.end))
        parts += (var_uint(count), var_uint(run.client), var_uint(start), written)
    if len(runs) > 1:
        _refuse_circle(shape, clocks)
    if len(clocks) + len(runs) > MAX_CLIENTS:
        _refuse_crowd(runs, clocks)
    deletes: list[tuple[int, int, int]] = []
    for client, start, end in shape.deletes if shape.in_order else _ordered(shape.deletes):
        if end > new_ends.get(client, 0) and end > clocks.get(client, 0):
            raise UpdateEarly("it deletes what is not there yet")
        gone = state.deletes.get(client)
        missing = [(start, end)] if gone is None else gone.missing(start, end)
        if missing != [(start, end)]:
            whole = False
        for first, last in missing:
            for cut in ((client, first), (client, last)):
                if cut in state.lows or cut in lows:
                    raise UpdateRefused("it deletes half of a character")
            deletes.append((client, first, last))
    if not whole:
        update = var_uint(len(runs)) + b"".join(parts) + _write_deletes(deletes)
    return Checked(update, runs, deletes, lows)


def check_shape(update: bytes) -> Shape:
    """Read an update whose time has not come: everything but what it builds on. UpdateRefused."""
    return read(update)


def overlaps(update: bytes, state: NoteState) -> bool:
    """Whether it writes at clocks that the note has already. Deleting twice is no overlap."""
    return any(run.start < state.clocks.get(run.client, 0) for run in read(update).runs)


def share_a_writer(one: bytes, other: bytes) -> bool:
    """Whether two updates write under the same client id. What cannot be read is in doubt."""
    try:
        return not {run.client for run in read(one).runs}.isdisjoint(
            run.client for run in read(other).runs
        )
    except UpdateRefused:
        return True


def covered(shape: Shape, state: NoteState) -> bool:
    """Whether a note has all of an update."""
    if any(run.end > state.clocks.get(run.client, 0) for run in shape.runs):
        return False
    return not any(
        state.deletes.get(client, Ranges()).missing(start, end)
        for client, start, end in shape.deletes
    )


def undeleted(note: bytes, update: bytes) -> bytes:
    """A note without its deletions of what `update` wrote: as if that had not been taken back.

    `note` is the merge of its log's rows, in which deleted text is still to be found.
    """
    written: dict[int, Ranges] = {}
    for run in read(update, at_most=ANY_NUMBER).runs:
        written.setdefault(run.client, Ranges()).add(run.start, run.end)
    shape = read(note, at_most=ANY_NUMBER)
    deletes = [
        (client, first, last)
        for client, start, end in shape.deletes
        for first, last in written.get(client, Ranges()).missing(start, end)
    ]
    begin = shape.structs[-1][-1].end if shape.structs else 1
    return note[:begin] + _write_deletes(deletes)


def _new_structs(
    update: bytes,
    client: int,
    structs: list[Struct],
    have: int,
    clocks: dict[int, int],
    new_ends: dict[int, int],
) -> tuple[bytes, int]:
    """The bytes and the number of the structs past `have`, their references looked at."""
    count = 0
    first = b""
    begin = len(update)
    for struct in structs:
        if struct.clock + struct.length <= have:
            continue
        if struct.kind == SKIP:
            raise UpdateEarly("edits in its midst are missing")
        for reference in (struct.origin, struct.right):
            if reference is not None:
                there, clock = reference
                if there == client:
                    if clock >= struct.clock:
                        raise UpdateRefused("a struct builds on itself or on a later one")
                elif clock >= clocks.get(there, 0) and clock >= new_ends.get(there, 0):
                    raise UpdateEarly("it builds on edits that are missing")
        count += 1
        if struct.clock < have:
            first = _cut(update, client, struct, have)
        elif begin == len(update):
            begin = struct.at
    return first + update[begin : structs[-1].end], count


def _cut(update: bytes, client: int, struct: Struct, have: int) -> bytes:
    """The rest of a struct of which the note has the beginning, as Yjs writes it."""
    offset = have - struct.clock
    info = struct.kind | ORIGIN | (RIGHT_ORIGIN if struct.right else 0)
    head = bytes([info]) + var_uint(client) + var_uint(have - 1)
    if struct.right:
        head += var_uint(struct.right[0]) + var_uint(struct.right[1])
    if struct.kind == DELETED:
        return head + var_uint(struct.length - offset)
    _, at = uint(update, struct.content)
    rest = update[at : struct.end].decode("utf-8").encode("utf-16-le")[offset * 2 :]
    try:
        text = rest.decode("utf-16-le").encode("utf-8")
    except UnicodeDecodeError:
        raise UpdateRefused("what is known of it ends inside a character") from None
    return head + var_uint(len(text)) + text


def _refuse_split(structs: list[Struct], have: int, lows: set[Id], new_lows: set[Id]) -> None:
    """Refuse what would cut a character in two: Yjs and this server would show different text."""
    for struct in structs:
        if struct.clock + struct.length <= have:
            continue
        # The rest of one's own run continues after its own last unit; that is no cut.
        if struct.origin is not None:
            after = (struct.origin[0], struct.origin[1] + 1)
            if after in lows or after in new_lows:
                raise UpdateRefused("it writes inside a character")
        if struct.right is not None and (struct.right in lows or struct.right in new_lows):
            raise UpdateRefused("it writes inside a character")


def _refuse_circle(shape: Shape, clocks: dict[int, int]) -> None:
    """Refuse structs that wait for each other: a replica would wait with them for ever.

    Takes each client's structs as far as they go, until one needs another client's; that one is
    looked at again when what it needs is there. A step for each struct, and the heaps.
    """
    reached = {run.client: clocks.get(run.client, 0) for run in shape.runs}
    places = [0] * len(shape.runs)
    waiting: dict[int, list[tuple[int, int]]] = {}
    ready = list(range(len(shape.runs)))
    while ready:
        number = ready.pop()
        client, structs = shape.runs[number].client, shape.structs[number]
        while places[number] < len(structs):
            struct = structs[places[number]]
            end = struct.clock + struct.length
            if end > reached[client]:
                needed = _unreached(struct, client, reached)
                if needed is not None:
                    there, clock = needed
                    heappush(waiting.setdefault(there, []), (clock, number))
                    break
                reached[client] = end
            places[number] += 1
        for_this = waiting.get(client, [])
        while for_this and for_this[0][0] < reached[client]:
            ready.append(heappop(for_this)[1])
    if any(waiting.values()):
        raise UpdateRefused("its edits build on each other in a circle")


def _unreached(struct: Struct, client: int, reached: dict[int, int]) -> Id | None:
    for reference in (struct.origin, struct.right):
        if reference is not None:
            there, clock = reference
            if there != client and clock >= reached.get(there, ANY_NUMBER):
                return reference
    return None


def _refuse_crowd(runs: Sequence[Run], clocks: dict[int, int]) -> None:
    if len(clocks) + sum(run.client not in clocks for run in runs) > MAX_CLIENTS:
        raise UpdateRefused(f"a note takes edits under {MAX_CLIENTS} client ids, and no more")


def _ordered(deletes: Sequence[tuple[int, int, int]]) -> Iterable[tuple[int, int, int]]:
    """The same deletions, each clock once and in the order of the clocks."""
    ranges: dict[int, Ranges] = {}
    for client, start, end in deletes:
        ranges.setdefault(client, Ranges()).add(start, end)
    return [(client, start, end) for client, of_it in ranges.items() for start, end in of_it]


def _write_deletes(deletes: Sequence[tuple[int, int, int]]) -> bytes:
    by_client: dict[int, list[tuple[int, int]]] = {}
    for client, start, end in deletes:
        by_client.setdefault(client, []).append((start, end))
    parts = [var_uint(len(by_client))]
    for client, ranges in by_client.items():
        parts += (var_uint(client), var_uint(len(ranges)))
        for start, end in ranges:
            parts += (var_uint(start), var_uint(end - start))
    return b"".join(parts)
