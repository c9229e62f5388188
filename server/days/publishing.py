"""What of a day everybody may read, without any link: chosen by an organiser, taken back at once.

For the day as a whole, and for single notes otherwise. Where nothing was chosen, nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast, get_args

from sqlalchemy import Connection

from server.days.contents import REMOVED, Contents, decode
from server.errors import BadInput
from server.export.contacts import Contact, contacts
from server.export.day import ExportDay, ExportItem, ExportNote, ExportPerson, Part
from storage import catalogue, journal, publication, webhooks
from storage.publication import Publication
from storage.values import DayId, Milliseconds, NoteId, PersonId
from storage.webhooks import Event

What = Literal["nothing", "conclusions", "notes", "both"]
WHATS: Final[tuple[What, ...]] = get_args(What)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is published of a day. `names`: those of the people who took part are shown."""

    what: What = "nothing"
    names: bool = False
    exceptions: Mapping[NoteId, What] = field(default_factory=dict)

    def of(self, note: str) -> What:
        return self.exceptions.get(NoteId(note), self.what)

    @property
    def is_public(self) -> bool:
        """Whether there is anything to read."""
        return self.what != "nothing" or any(one != "nothing" for one in self.exceptions.values())


NOTHING: Final = Choice()


def choice_of(found: Publication | None) -> Choice:
    """The choice that the store has; nothing where it has none."""
    if found is None:
        return NOTHING
    exceptions = {note: cast(What, what) for note, what in found.exceptions.items()}
    return Choice(cast(What, found.what), found.names, exceptions)


def publish(
    db: Connection, day: DayId, choice: Choice, *, by: PersonId, at: Milliseconds
) -> Publication:
    """Choose what of the day is published, from now on, in place of what was.

    An exception that says what the day says is none. Whoever is to be told of it will be.
    Raises BadInput where one is of a note that the day does not have.
    """
    notes = {one.id for one in catalogue.notes(db, day)}
    for note in choice.exceptions:
        if note not in notes:
            raise BadInput(
                f"There is no note {note[:64]} in this day: take its exception away.",
                field="exceptions",
            )
    exceptions = {n: what for n, what in choice.exceptions.items() if what != choice.what}
    new = Publication(day, choice.what, choice.names, at, by, exceptions)
    publication.put(db, new)
    is_public = choice_of(new).is_public
    what = "publish" if is_public else "unpublish"
    line = journal.write(db, day, at=at, who=by, what=what, why=_said(choice_of(new)))
    told = "day.published" if is_public else "day.unpublished"
    webhooks.queue(db, Event(day, line, told, at, choice.what))
    return new


def published(day: ExportDay, choice: Choice) -> ExportDay:
    """The day as everybody may see it: what is not published is not in it, nor is what was removed
    from the programme.

    Nobody is told why a note was locked. A late contribution is of both panes, so it is there only
    where both are.
    """
    return replace(
        day,
        sections=tuple(
            replace(section, items=tuple(_item(item, choice) for item in section.items))
            for section in day.sections
            if section.id != REMOVED
        ),
        conclusion=_note(day.conclusion, choice),
    )


def contacts_of(contents: Contents, choice: Choice) -> list[Contact]:
    """The addresses and numbers in what this choice publishes; in everything, where it publishes
    nothing yet. It takes time: it belongs in another process, or to a command."""
    looked_at = choice if choice.is_public else Choice("both", names=True)
    return contacts(published(decode(contents), looked_at))


def read_address(server: str, day: DayId) -> str:
    """Where the published day is read. `server` is the beginning of the server's addresses."""
    return f"{server}/d/{day}/read"


def part_of(what: What) -> Part:
    """The part of a note that is shown, for what can be read of it."""
    return what if what in ("notes", "conclusions") else "all"


def _item(item: ExportItem, choice: Choice) -> ExportItem:
    people = item.people
    if not choice.names:
        organisations = dict.fromkeys(one.organisation for one in people if one.organisation)
        people = tuple(ExportPerson("", one) for one in organisations)
    return replace(item, note=_note(item.note, choice), people=people)


def _note(note: ExportNote, choice: Choice) -> ExportNote:
    what = choice.of(note.id)
    if what == "nothing":
        return ExportNote(note.id, note.position, withheld=True)
    lock = note.lock
    if lock is not None:
        lock = replace(lock, by=lock.by if choice.names else "", why="")
    late = note.late if what == "both" else ()
    return replace(
        note,
        notes=note.notes if what != "conclusions" else (),
        conclusions=note.conclusions if what != "notes" else (),
        lock=lock,
        late=tuple(one if choice.names else replace(one, by="") for one in late),
        authors=note.authors if choice.names else (),
    )


def _said(choice: Choice) -> str:
    """The choice as a line of the journal says it."""
    said = [choice.what, "names" if choice.names else "no names"]
    return ", ".join(said + [f"{note}: {what}" for note, what in choice.exceptions.items()])
