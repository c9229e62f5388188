"""What a day is made of, as storage takes and gives it. Frozen; ids are made by the caller."""

from __future__ import annotations

from dataclasses import dataclass

from storage.values import DayId, ItemId, LinkId, Milliseconds, NoteId, PersonId, SectionId


@dataclass(frozen=True, slots=True)
class Day:
    """`date` is "YYYY-MM-DD" or ""; `delete_after` is when it may be deleted for good, if ever."""

    id: DayId
    title: str
    created_at: Milliseconds
    subtitle: str = ""
    organiser: str = ""
    place: str = ""
    date: str = ""
    timezone: str = "Europe/Paris"
    language: str = "fr"
    delete_after: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`position` orders the sections of a day. One that was removed stays, for what hangs on it.

    `source` is what the section is called in the file that it came from, or "".
    """

    id: SectionId
    day: DayId
    position: int
    title: str
    kind: str
    removed_at: Milliseconds | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody the programme announces; "" for what it does not say."""

    name: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """`position` orders the items of a section; `start` and `end` are "HH:MM" or "".

    An item that was removed keeps its note. `blank_seq` is up to where in its log that note had no
    text when the item was removed; None where it had some. `source` is what the item is called in
    the file that it came from, or "".
    """

    id: ItemId
    day: DayId
    section: SectionId
    position: int
    title: str
    room: str = ""
    start: str = ""
    end: str = ""
    people: tuple[Speaker, ...] = ()
    questions: tuple[str, ...] = ()
    removed_at: Milliseconds | None = None
    blank_seq: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class NoteRef:
    """A note: one per item, and one per day, without an item, for its conclusion."""

    id: NoteId
    day: DayId
    item: ItemId | None
    created_at: Milliseconds


@dataclass(frozen=True, slots=True)
class Link:
    """A capability for one role in one day. `secret_hash` is SHA-256 of its token, in hex."""

    id: LinkId
    day: DayId
    role: str
    secret_hash: str
    created_at: Milliseconds
    revoked_at: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who joined a day by a link, with a name only."""

    id: PersonId
    day: DayId
    link: LinkId
    name: str
    role: str
    colour: str
    joined_at: Milliseconds
    removed_at: Milliseconds | None = None
