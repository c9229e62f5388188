"""Which files the copies of a day are, and what each of them depends on. Pure.

Names are plain ASCII of bounded length and sort in the programme's order. At their end stands the
id, which never changes: a title may, and then its file gets another name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version

from server.days.contents import Contents
from server.days.ids import is_id
from server.days.view import DayView, ItemView, NoteView
from server.export.day import State
from server.export.labels import labels
from server.export.names import slug
from storage.values import DayId, NoteId


@dataclass(frozen=True, slots=True)
class Planned:
    """The copy of one note: its file's name, and a digest of all that its bytes depend on."""

    note: NoteView
    name: str
    digest: str


def folder_name(title: str, day: DayId) -> str:
    return f"{slug(title)}{folder_ending(day)}"


def folder_ending(day: DayId) -> str:
    """How the name of a day's folder ends, whatever its title. Raises ValueError."""
    return f"-{_checked(day)}"


def plan(contents: Contents) -> list[Planned]:
    """The copies of a day in its programme's order, the conclusion last."""
    day = contents.day
    places: list[tuple[str, str, NoteView, ItemView | None]] = [
        (section.title, item.title, item.note, item) for section, item in day.items()
    ]
    removed = labels(day.language).removed
    places += [(removed, item.title, item.note, item) for item in day.removed]
    places.append(("", labels(day.language).day_conclusion, day.conclusion, None))
    width = max(2, len(str(len(places))))
    out: list[Planned] = []
    for number, (section, title, note, item) in enumerate(places, start=1):
        name = f"{number:0{width}}-{slug(title)}-{_checked(note.id)}.md"
        late = [(one.id, contents.names.get(one.author)) for one in contents.late[note.id]]
        locked_by = None if note.lock is None else contents.names.get(note.lock.by)
        heading = (day.title, day.date, day.timezone, day.language)
        out.append(
            Planned(note, name, _digest(heading, section, title, item, note, late, locked_by))
        )
    return out


def index_digest(day: DayView, planned: Sequence[Planned], states: Mapping[NoteId, State]) -> str:
    """A digest of all that the index depends on."""
    heading = (day.title, day.subtitle, day.organiser, day.place, day.date, day.language)
    sections = [(section.title, [item.title for item in section.items]) for section in day.sections]
    sections.append(("", [item.title for item in day.removed]))
    files = [(one.name, states.get(one.note.id)) for one in planned]
    return _digest(heading, sections, files)


def _digest(*of: object) -> str:
    """Of values made of texts and numbers. Another version may write other bytes for the same."""
    return sha256(repr((version("calepin"), of)).encode("utf-8", "backslashreplace")).hexdigest()


def _checked(id: str) -> str:
    """An id that may stand in a file's name: no other character of anybody's gets there."""
    if not is_id(id):
        raise ValueError("not an id")
    return id
