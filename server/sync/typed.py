"""What somebody typed, read off the bytes of their updates, whatever note they are for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.errors import UpdateRefused
from server.sync.ranges import Ranges
from server.sync.shape import ANY_NUMBER, EMBED, STRING, read, uint
from server.sync.updates import NoteState, UpdateEarly, check


def typed_beyond(updates: Sequence[bytes], note: NoteState) -> str:
    """The same as `typed_text`, without what the note has: a page that was loaded again sends all
    that it holds."""
    return typed_text([_beyond(update, note) for update in updates])


def _beyond(update: bytes, note: NoteState) -> bytes:
    try:
        return check(update, note).data
    except (UpdateEarly, UpdateRefused):
        # It builds on another one that is held: then none of it is in the note.
        return update


def typed_text(updates: Sequence[bytes]) -> str:
    """The text that these updates write and do not delete again, in the order of typing.

    A line for each place that somebody typed at. Raises UpdateRefused for what is no update.
    """
    gone: dict[int, Ranges] = {}
    for update in updates:
        for client, start, end in read(update, at_most=ANY_NUMBER).deletes:
            gone.setdefault(client, Ranges()).add(start, end)
    return _lines(updates, lambda client, clock: not _has(gone, client, clock))


def text_at(note: bytes, wanted: Mapping[int, Ranges]) -> str:
    """The text of a note, whole as one update, that was written under these clocks."""
    return _lines([note], lambda client, clock: _has(wanted, client, clock))


def written_outside(
    note: bytes, ranges: Mapping[int, Ranges], allowed: Mapping[int, Ranges]
) -> bool:
    """Whether letters or embeds of a note stand in `ranges` under clocks that are not `allowed`."""
    shape = read(note, at_most=ANY_NUMBER)
    for run, structs in zip(shape.runs, shape.structs, strict=True):
        if run.client not in ranges:
            continue
        mine = allowed.get(run.client) or Ranges()
        for struct in structs:
            if struct.kind not in (STRING, EMBED):
                continue
            for start, end in mine.missing(struct.clock, struct.clock + struct.length):
                if ranges[run.client].missing(start, end) != [(start, end)]:
                    return True
    return False


def _has(ranges: Mapping[int, Ranges], client: int, clock: int) -> bool:
    return client in ranges and not ranges[client].missing(clock, clock + 1)


def _lines(updates: Sequence[bytes], is_wanted: Callable[[int, int], bool]) -> str:
    letters: dict[int, dict[int, str]] = {}
    places: set[tuple[int, int]] = set()
    for update in updates:
        shape = read(update, at_most=ANY_NUMBER)
        for run, structs in zip(shape.runs, shape.structs, strict=True):
            for struct in structs:
                if struct.origin != (run.client, struct.clock - 1):
                    places.add((run.client, struct.clock))
                if struct.kind == STRING:
                    _, at = uint(update, struct.content)
                    clock = struct.clock
                    for letter in update[at : struct.end].decode("utf-8"):
                        letters.setdefault(run.client, {})[clock] = letter
                        clock += 2 if ord(letter) > 0xFFFF else 1
    lines: list[str] = []
    for client, written in letters.items():
        line = ""
        for clock in sorted(written):
            if (client, clock) in places:
                lines.append(line)
                line = ""
            if is_wanted(client, clock):
                line += written[clock]
        lines.append(line)
    return "\n".join(line.strip("\n") for line in lines if line.strip())
