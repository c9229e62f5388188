"""Updates of a few bytes that hang, kill or silence a server without the structural check.

What each does was measured with pycrdt 0.14.13 and Yjs 13.6.33 on a note of one word.
"""

from __future__ import annotations

from server.sync.codec import var_bytes, var_uint
from tests.sync.written import text, update

ANNE = 300
ID = var_uint(ANNE)
LAST = (ANNE, 6)
FIRST = update([(ANNE, 0, [text("bonjour")])])
"""What the note has: Anne's seven letters."""


def in_notes(kind: int, content: bytes) -> bytes:
    """One struct of a new client at the beginning of a root."""
    return b"\x01\x01\x05\x00" + bytes([kind]) + b"\x01\x05notes" + content + b"\x00"


POISONS: dict[str, tuple[str, bytes]] = {
    # its name: what it would do, and its bytes
    "a collected struct of nothing": (
        "the next edit erases the note, or aborts the process",
        b"\x01\x01" + ID + b"\x00\x00\x00\x00",
    ),
    "a gap of nothing": ("the reader loses its place", b"\x01\x01" + ID + b"\x07\x0a\x00\x00"),
    "a text of nothing": (
        "panics; the Doc may be unusable",
        b"\x01\x01" + ID + b"\x07\x84" + ID + b"\x06\x00\x00",
    ),
    "deleted text of nothing": (
        "panics; later the note cannot be encoded",
        b"\x01\x01" + ID + b"\x07\x01\x01\x05notes\x00\x00",
    ),
    "a clock at the end of 32 bits, on a known client": (
        "panics, and the next valid update never returns",
        b"\x01\x01" + ID + var_uint(2**32 - 1) + b"\x84" + ID + b"\x06\x01a\x00",
    ),
    "a clock at the end of 32 bits, at the beginning of a root": (
        "panics, and the next valid update erases the note",
        b"\x01\x01" + ID + var_uint(2**32 - 1) + b"\x04\x01\x05notes\x01a\x00",
    ),
    "collected text of 32 bits": (
        "the clock wraps: what the client types later is lost",
        b"\x01\x01" + ID + b"\x07\x00" + var_uint(2**32 - 1) + b"\x00",
    ),
    "deleted text of 32 bits": (
        "the clock wraps: what the client types later is lost",
        b"\x01\x01" + ID + b"\x07\x01\x01\x05notes" + var_uint(2**32 - 1) + b"\x00",
    ),
    "a text after deleted text of 32 bits": (
        "server and browsers show different text",
        b"\x01\x02"
        + ID
        + b"\x07\x01\x01\x05notes"
        + var_uint(2**32 - 1)
        + b"\x84"
        + ID
        + b"\x06\x01a\x00",
    ),
    "a deletion of 32 bits": (
        "Yjs deletes what comes later, too",
        b"\x00\x01" + ID + b"\x01\x01" + var_uint(2**32 - 1),
    ),
    "a deletion at the end of 32 bits": (
        "waits in Yjs for ever",
        b"\x00\x01" + ID + b"\x01" + var_uint(2**32 - 1) + b"\x01",
    ),
    "a deletion of nothing": ("peers disagree", b"\x00\x01" + ID + b"\x01\x01\x00"),
    "no deletions, listed": (
        "peers disagree",
        b"\x00\x02\x05\x02\x00\x01\x01\x01" + ID + b"\x00",
    ),
    "a gap with a neighbour": (
        "peers disagree where it ends",
        b"\x01\x01" + ID + b"\x07\x8a\x03\x00",
    ),
    "no structs, listed": ("peers disagree", b"\x01\x00\x05\x00\x00"),
    "one client listed twice": (
        "pycrdt shows what Yjs waits for",
        b"\x02\x01\x05\x00\x04\x01\x05notes\x01a\x01\x05\x01\x84\x05\x00\x01b\x00",
    ),
    "one client's deletions listed twice": (
        "peers disagree",
        b"\x00\x02" + ID + b"\x01\x00\x01" + ID + b"\x01\x01\x01",
    ),
    "known letters, sent again as collected": (
        "the next merge, in pycrdt and in Yjs, is an empty note",
        b"\x01\x01" + ID + b"\x00\x00\x07\x00",
    ),
    "collected content, then a text that builds on it": (
        "browsers drop the text and the server shows it",
        b"\x01\x02\x05\x00\x00\x01\x84\x05\x00\x01a\x00",
    ),
    "a struct that builds on itself": (
        "Yjs throws and takes no more",
        b"\x01\x01\x05\x00\x84\x05\x00\x01a\x00",
    ),
    "a struct before itself": (
        "Yjs throws and takes no more",
        b"\x01\x01\x05\x00\x44\x05\x00\x01a\x00",
    ),
    "two that build on each other": (
        "both wait for ever, unseen, and are lost at a restart",
        update([(5, 0, [text("a", (6, 0))]), (6, 0, [text("b", (5, 0))])]),
    ),
    "three that build on each other": (
        "all wait for ever, unseen, and are lost at a restart",
        update(
            [
                (5, 0, [text("a"), text("b", (6, 0))]),
                (6, 0, [text("c", (7, 0))]),
                (7, 0, [text("d", (5, 0), (5, 1))]),
            ]
        ),
    ),
    "a text in a root that is read as a list": (
        "to read it never returns, with the interpreter's lock held",
        b"\x01\x01\x05\x00\x04\x01\x01a\x02\xc3\xa9\x00",
    ),
    "values 27,000 deep": (
        "the stack overflows: the process is dead, whatever reads it",
        in_notes(8, b"\x01" + b"\x75\x01" * 27_000 + b"\x7e"),
    ),
    "a struct in a letter": (
        "half of an update is applied",
        b"\x01\x01\x05\x00\x04\x00" + ID + b"\x00\x01a\x00",
    ),
    "2²⁸ clients": ("540 MB for a second", var_uint(2**28) + b"\x00"),
    "2²⁸ structs": ("540 MB for a second", b"\x01" + var_uint(2**28) + b"\x05\x00"),
    "2²⁸ clients that delete": ("540 MB for a second", b"\x00" + var_uint(2**28)),
    "2²⁸ deletions": ("540 MB for a second", b"\x00\x01\x05" + var_uint(2**28)),
    "an integer of 200,000 bytes": ("5 s in pycrdt's own decoder", b"\x01" + b"\xff" * 200_000),
    "an integer of 54 bits": (
        "an imprecise number in Yjs",
        b"\x01\x01" + var_uint(2**53) + b"\x00",
    ),
    "an integer in two forms": ("peers disagree", b"\x81\x00" + FIRST[1:]),
    "half of a character in an embed": (
        "pycrdt refuses what Yjs takes: the note falls to bytes",
        in_notes(5, var_bytes(rb'"\ud83d"')),
    ),
    "the name of a value with half of a character": (
        "pycrdt refuses what Yjs takes: the note falls to bytes",
        in_notes(5, var_bytes(rb'{"\ude00\ud83d":1}')),
    ),
    "half of a character behind a name that comes twice": (
        "pycrdt refuses what Yjs takes: the note falls to bytes",
        in_notes(5, var_bytes(rb'{"a":"\ud83d","a":1}')),
    ),
    "a number beyond a double": (
        "pycrdt refuses what Yjs takes: the note falls to bytes",
        in_notes(6, b"\x01k" + var_bytes(b"-1e999")),
    ),
    "an integer beyond a double": (
        "pycrdt refuses what Yjs takes: the note falls to bytes",
        in_notes(5, var_bytes(b"9" * 400)),
    ),
    "a format of nothing": ("Yjs throws", in_notes(6, b"\x01k\x00")),
    "not a number": ("Yjs throws", in_notes(5, var_bytes(b"NaN"))),
    "JavaScript's nothing": ("Yjs throws", in_notes(5, var_bytes(b"undefined"))),
    "an embed 100 deep": ("pycrdt refuses", in_notes(5, var_bytes(b"[" * 100 + b"]" * 100))),
    "an embed of 100,000 levels": (
        "the stack overflows in browsers",
        in_notes(5, var_bytes(b"[" * 100_000 + b"]" * 100_000)),
    ),
    "a format without a name": ("peers disagree", in_notes(6, b"\x00\x04true")),
    "a format whose name is a text": ("memory", in_notes(6, var_bytes(b"k" * 65) + b"\x04true")),
    "text that is not UTF-8": ("Yjs throws", in_notes(4, b"\x01\xff")),
    "half of a character as bytes": ("Yjs throws", in_notes(4, b"\x03\xed\xa0\xbd")),
    "a kind that is none": ("Yjs throws", in_notes(31, b"\x01a")),
    "a nested type that is none": ("Yjs throws", in_notes(7, b"\x63")),
    "encoding 2": (
        "is taken for an empty update, silently",
        bytes.fromhex("000002a50100000104060374657874022301000101000001010000"),
    ),
    "a byte after the end": ("is taken silently", b"\x00\x00\x00"),
    "no bytes": ("panics in some versions", b""),
}

FOREIGN: dict[str, bytes] = {
    "a JSON value of old": in_notes(2, b"\x01\x011"),
    "binary data": in_notes(3, b"\x01a"),
    "a nested type": in_notes(7, b"\x00"),
    "a value": in_notes(8, b"\x01\x78"),
    "a subdocument": in_notes(9, b"\x01a\x76\x00"),
    "a map's value": b"\x01\x01\x05\x00\x28\x01\x05notes\x01k\x01\x78\x00",
    "a map's text": b"\x01\x01\x05\x00\x24\x01\x05notes\x01k\x01a\x00",
    "another root": update([(5, 0, [text("a", root="title")])]),
    "a root without a name": update([(5, 0, [text("a", root="")])]),
    "a root that is not UTF-8": b"\x01\x01\x05\x00\x04\x01\x02\xff\xfe\x01a\x00",
}
