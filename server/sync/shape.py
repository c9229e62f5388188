"""What the bytes of an update say, whatever note they are for: the structural check's reading.

Strict and total: any bytes are a `Shape` or one UpdateRefused. What a note never takes is refused
here: a note is text, so no maps, nested types, values, binary data or subdocuments; two roots.

Format: Yjs's update encoding, version 1 (yjs 13.6: `UpdateEncoderV1`, `Item.write`).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field

import msgspec

from server.errors import UpdateRefused

ROOTS = frozenset({b"notes", b"conclusions"})
MAX_STRUCTS = 32 * 1024
"""Of structs and deletions together. A day's note by hundreds of hands has fewer; reading so many
takes 0.1 s, in which nothing else runs."""
ANY_NUMBER = 2**53
"""More than any: JavaScript has integers of 53 bits."""
MAX_CLOCK = 2**31
MAX_JSON_BYTES = 4096
MAX_JSON_BRACKETS = 64
"""The document library gives up at 128 levels; what the editor writes has at most two."""
MAX_KEY_BYTES = 64

DELETED, STRING, EMBED, FORMAT, SKIP = 1, 4, 5, 6, 10
_TEXT = frozenset({DELETED, STRING, EMBED, FORMAT})
_FOREIGN = {
    # Yjs collects what was inside a nested type, never text. To build on it is to vanish in
    # browsers and to stay in the document library.
    0: "collected content",
    2: "JSON values",
    3: "binary data",
    7: "a nested type",
    8: "a value",
    9: "a subdocument",
}
ORIGIN, RIGHT_ORIGIN, PARENT_KEY = 0x80, 0x40, 0x20

_TOO_MANY = "an update of too many pieces; send it in parts"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

Id = tuple[int, int]
"""A client id and a clock."""


class Struct(msgspec.Struct, frozen=True):
    """One piece of content, or SKIP: clocks that the update leaves out."""

    clock: int
    length: int
    origin: Id | None
    right: Id | None
    at: int
    """Where its bytes begin, and where its content begins and ends."""
    content: int
    end: int
    kind: int


class Run(msgspec.Struct, frozen=True):
    """The structs of one client in one update: clocks start … end - 1."""

    client: int
    start: int
    end: int


@dataclass(slots=True)
class Shape:
    """An update, read but not judged against a note."""

    runs: list[Run] = field(default_factory=list)
    structs: list[list[Struct]] = field(default_factory=list)
    deletes: list[tuple[int, int, int]] = field(default_factory=list)
    """Client id, first clock, clock after the last: as they come."""
    in_order: bool = True
    """The deletions of each client rise and do not overlap, as Yjs writes them."""
    lows: set[Id] = field(default_factory=set)
    """The second halves of characters outside the basic plane."""


def read(update: bytes, *, at_most: int = MAX_STRUCTS) -> Shape:
    """Read an update to its last byte. Raises UpdateRefused, also above `at_most` structs."""
    try:
        return _read(update, at_most)
    except IndexError:
        raise UpdateRefused("it ends too early") from None


def uint(data: bytes, at: int) -> tuple[int, int]:
    """An integer and where it ends. Raises IndexError at the end of the bytes."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    value = byte & 0x7F
    shift = 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 49:
            raise UpdateRefused("an integer of more than 53 bits")
    if byte == 0 or value >= ANY_NUMBER:
        raise UpdateRefused("an integer in an overlong form, or of more than 53 bits")
    return value, at + 1


def _read(update: bytes, at_most: int) -> Shape:
    size = len(update)
    shape = Shape()
    seen: set[int] = set()
    clients, at = uint(update, 0)
    if clients * 4 > size:
        raise UpdateRefused("it declares more clients than its bytes can hold")
    for _ in range(clients):
        count, at = uint(update, at)
        client, at = uint(update, at)
        clock, at = uint(update, at)
        if count == 0 or count > size - at:
            raise UpdateRefused("an empty list of structs, or more than its bytes can hold")
        if client in seen:
            raise UpdateRefused("one client is listed twice")
        seen.add(client)
        at_most -= count
        if at_most < 0:
            raise UpdateRefused(_TOO_MANY)
        start = clock
        structs: list[Struct] = []
        for _ in range(count):
            struct = _read_struct(update, at, client, clock, shape.lows)
            structs.append(struct)
            clock += struct.length
            at = struct.end
            if struct.length == 0 or clock >= MAX_CLOCK:
                raise UpdateRefused("an empty struct, or a clock beyond 2³¹")
        shape.runs.append(Run(client, start, clock))
        shape.structs.append(structs)
    at = _read_deletes(update, at, shape, at_most)
    if at != size:
        raise UpdateRefused(f"{size - at} bytes follow its end")
    return shape


def _read_struct(update: bytes, at: int, client: int, clock: int, lows: set[Id]) -> Struct:
    begin = at
    info = update[at]
    at += 1
    kind = info & 0x1F
    if kind == SKIP:
        if info != SKIP:
            raise UpdateRefused("a gap with references")
        length, at = uint(update, at)
        return Struct(clock, length, None, None, begin, begin + 1, at, kind)
    if kind not in _TEXT:
        raise UpdateRefused(f"it holds {_FOREIGN.get(kind, 'unknown content')}; a note is text")
    if info & PARENT_KEY:
        raise UpdateRefused("it writes into a map; a note is text")
    origin = right = None
    if info & ORIGIN:
        there, at = uint(update, at)
        where, at = uint(update, at)
        origin = (there, where)
    if info & RIGHT_ORIGIN:
        there, at = uint(update, at)
        where, at = uint(update, at)
        right = (there, where)
    if not info & (ORIGIN | RIGHT_ORIGIN):
        at = _read_root(update, at)
    content = at
    if kind == STRING:
        length, at = _read_string(update, at, client, clock, lows)
    elif kind == DELETED:
        length, at = uint(update, at)
    elif kind == FORMAT:
        key, at = _bytes(update, at)
        if not 0 < len(key) <= MAX_KEY_BYTES:
            raise UpdateRefused("a format's name is empty or too long")
        _text(key)
        at = _read_json(update, at)
        length = 1
    else:  # EMBED
        at = _read_json(update, at)
        length = 1
    return Struct(clock, length, origin, right, begin, content, at, kind)


def _read_root(update: bytes, at: int) -> int:
    named, at = uint(update, at)
    if named != 1:
        raise UpdateRefused("it writes into a nested type; a note is text")
    root, at = _bytes(update, at)
    if root not in ROOTS:
        name = root.decode("utf-8", "replace")[:40]
        raise UpdateRefused(f"it writes into “{name}”; a note has “notes” and “conclusions”")
    return at


def _read_string(update: bytes, at: int, client: int, clock: int, lows: set[Id]) -> tuple[int, int]:
    raw, end = _bytes(update, at)
    text = _text(raw)
    length = len(text)
    if length != len(raw):
        for found in _ASTRAL.finditer(text):
            # Each one before it takes a clock more than its place in the text shows.
            lows.add((client, clock + found.start() + length - len(text) + 1))
            length += 1
    return length, end


def _read_deletes(update: bytes, at: int, shape: Shape, at_most: int) -> int:
    size = len(update)
    clients, at = uint(update, at)
    if clients * 4 > size - at:
        raise UpdateRefused("it declares more deletions than its bytes can hold")
    seen: set[int] = set()
    for _ in range(clients):
        client, at = uint(update, at)
        count, at = uint(update, at)
        if client in seen or count == 0 or count * 2 > size - at:
            raise UpdateRefused("its deletions list a client twice, or none, or too many")
        seen.add(client)
        at_most -= count
        if at_most < 0:
            raise UpdateRefused(_TOO_MANY)
        before = 0
        for _ in range(count):
            start, at = uint(update, at)
            length, at = uint(update, at)
            if length == 0 or start + length >= MAX_CLOCK:
                raise UpdateRefused("an empty deletion, or one beyond 2³¹")
            if start < before:
                shape.in_order = False
            before = start + length
            shape.deletes.append((client, start, before))
    return at


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = uint(data, at)
    end = at + size
    if end > len(data):
        raise UpdateRefused("it ends too early")
    return data[at:end], end


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UpdateRefused("text that is not UTF-8") from None


# JSON, as narrow as its narrowest reader: the document library refuses what Python and JavaScript
# take (half a character, numbers beyond a double), and loses the whole update with it.


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _double(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


_JSON = json.JSONDecoder(
    parse_constant=_no_constant,
    parse_float=_double,
    parse_int=_double,
    object_pairs_hook=list,  # a name that comes twice hides nothing
)


def _read_json(update: bytes, at: int) -> int:
    raw, end = _bytes(update, at)
    if len(raw) > MAX_JSON_BYTES:
        raise UpdateRefused(f"a format or embed of {len(raw)} bytes; at most {MAX_JSON_BYTES}")
    if raw in (b"true", b"null"):
        return end
    text = _text(raw)
    if text.count("[") + text.count("{") > MAX_JSON_BRACKETS:
        raise UpdateRefused("a format or embed with too much inside")
    try:
        value = _JSON.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except ValueError:
        raise UpdateRefused("a format or embed that is not JSON") from None
    return end
