"""Updates that write a long text behind one place of a note, in parts. Pure.

The document library finds a place by walking to it, for each insert anew: 60,000 words would take
it a minute. Here a part is written as bytes, in one pass; what it builds on was asked of the
library once. Format: Yjs's update encoding, version 1, as in `shape`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from server.sync.codec import var_string, var_uint
from server.sync.shape import EMBED, FORMAT, ORIGIN, RIGHT_ORIGIN, STRING, Id

Insert = tuple[Any, Mapping[str, Any]]
"""Text or the value of an embed, and its attributes."""


class Appending:
    """Writes under one client id, from `clock` on, between two places of the note.

    `left` is what the text comes behind and `right` what stands behind it; where there is neither,
    `root` is empty. No attribute may hold there: text without attributes must come out plain.
    """

    def __init__(
        self, root: str, client: int, clock: int, *, left: Id | None, right: Id | None
    ) -> None:
        self._root = root
        self._client = client
        self._clock = clock
        self._left = left
        self._right = right

    @property
    def clock(self) -> int:
        """The next clock of the client."""
        return self._clock

    def update(self, inserts: Iterable[Insert]) -> bytes:
        """The update that writes these behind what was written before; no attribute goes on beyond
        it. There must be at least one."""
        start = self._clock
        structs: list[bytes] = []
        holds: dict[str, Any] = {}
        for insert, attributes in inserts:
            structs.extend(self._formats(holds, attributes))
            holds = dict(attributes)
            if isinstance(insert, str):
                length = len(insert.encode("utf-16-le")) // 2
                structs.append(self._struct(STRING, length, var_string(insert)))
            else:
                structs.append(self._struct(EMBED, 1, _json(insert)))
        structs.extend(self._formats(holds, {}))
        head = var_uint(1) + var_uint(len(structs)) + var_uint(self._client) + var_uint(start)
        return head + b"".join(structs) + var_uint(0)

    def _formats(self, holds: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterable[bytes]:
        for name in (name for name in holds if name not in wanted):
            yield self._struct(FORMAT, 1, var_string(name) + _json(None))
        for name, value in wanted.items():
            if name not in holds or holds[name] != value:
                yield self._struct(FORMAT, 1, var_string(name) + _json(value))

    def _struct(self, kind: int, length: int, content: bytes) -> bytes:
        left, right = self._left, self._right
        info = kind | (ORIGIN if left else 0) | (RIGHT_ORIGIN if right else 0)
        head = bytes([info])
        for place in (left, right):
            if place is not None:
                head += var_uint(place[0]) + var_uint(place[1])
        if left is None and right is None:
            head += var_uint(1) + var_string(self._root)
        self._clock += length
        self._left = (self._client, self._clock - 1)
        return head + content


def _json(value: object) -> bytes:
    return var_string(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
