"""What requests about a programme hold. What is left out of a change stays as it is."""

from __future__ import annotations

from typing import Any

import msgspec

from server.days.fields import (
    clean_date,
    clean_kind,
    clean_line,
    clean_people,
    clean_questions,
    clean_title,
)
from server.days.moments import parse_clock
from storage.records import Speaker


class DayFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The heading of a day."""

    title: str | None = None
    subtitle: str | None = None
    organiser: str | None = None
    place: str | None = None
    date: str | None = None

    def cleaned(self) -> dict[str, Any]:
        """The fields that are there, as the day holds them. Raises BadInput."""
        found: dict[str, Any] = {}
        if self.title is not None:
            found["title"] = clean_title(self.title, of="A day")
        lines = (
            ("subtitle", self.subtitle),
            ("organiser", self.organiser),
            ("place", self.place),
        )
        for field, text in lines:
            if text is not None:
                found[field] = clean_line(field, text)
        if self.date is not None:
            found["date"] = clean_date(self.date)
        return found

    def seen(self) -> dict[str, Any]:
        """The fields that are there, as somebody saw them."""
        return {
            field: value
            for field in ("title", "subtitle", "organiser", "place", "date")
            if (value := getattr(self, field)) is not None
        }


class DayChange(DayFields, forbid_unknown_fields=True, frozen=True):
    delete_after: str | None = None
    """The last date on which the day is kept; "" for ever."""
    was: DayFields = DayFields()
    """What the person saw; a field that is not this any more is not written over."""


class PersonFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str = ""
    organisation: str = ""

    def speaker(self) -> Speaker:
        return Speaker(self.name, self.organisation)


class SectionFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str | None = None
    kind: str | None = None

    def cleaned(self) -> dict[str, Any]:
        """The fields that are there, as the programme holds them. Raises BadInput."""
        found: dict[str, Any] = {}
        if self.title is not None:
            found["title"] = clean_title(self.title, of="A section")
        if self.kind is not None:
            found["kind"] = clean_kind(self.kind)
        return found

    def seen(self) -> dict[str, Any]:
        """The fields that are there, as somebody saw them."""
        seen = {"title": self.title, "kind": self.kind}
        return {field: value for field, value in seen.items() if value is not None}


class SectionChange(SectionFields, forbid_unknown_fields=True, frozen=True):
    was: SectionFields = SectionFields()
    """What the person saw; a field that is not this any more is not written over."""


class SectionNew(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    kind: str = "talk"
    before: str | None = None
    """The section that the new one stands in front of; None for the end."""

    def cleaned(self) -> dict[str, Any]:
        return SectionFields(self.title, self.kind).cleaned()


class ItemFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str | None = None
    room: str | None = None
    start: str | None = None
    end: str | None = None
    people: list[PersonFields] | None = None
    questions: list[str] | None = None

    def cleaned(self) -> dict[str, Any]:
        """The fields that are there, as the programme holds them. Raises BadInput."""
        found: dict[str, Any] = {}
        if self.title is not None:
            found["title"] = clean_title(self.title, of="An item")
        if self.room is not None:
            found["room"] = clean_line("room", self.room)
        for field, time in (("start", self.start), ("end", self.end)):
            if time is not None:
                found[field] = parse_clock(time, field=field)
        if self.people is not None:
            found["people"] = clean_people([one.speaker() for one in self.people])
        if self.questions is not None:
            found["questions"] = clean_questions(self.questions)
        return found

    def seen(self) -> dict[str, Any]:
        """The fields that are there, as somebody saw them."""
        people, questions = self.people, self.questions
        seen = {
            "title": self.title,
            "room": self.room,
            "start": self.start,
            "end": self.end,
            "people": None if people is None else tuple(one.speaker() for one in people),
            "questions": None if questions is None else tuple(questions),
        }
        return {field: value for field, value in seen.items() if value is not None}


class ItemChange(ItemFields, forbid_unknown_fields=True, frozen=True):
    was: ItemFields = ItemFields()
    """What the person saw; a field that is not this any more is not written over."""


class ItemNew(ItemFields, forbid_unknown_fields=True, frozen=True):
    before: str | None = None
    """The item that the new one stands in front of; None for the end of its section."""

    def cleaned(self) -> dict[str, Any]:
        return {"title": clean_title(self.title or "", of="An item")} | super().cleaned()


class Place(msgspec.Struct, forbid_unknown_fields=True):
    before: str | None = None


class Move(msgspec.Struct, forbid_unknown_fields=True):
    section: str
    before: str | None = None


class Swap(msgspec.Struct, forbid_unknown_fields=True, rename={"other": "with"}):
    other: str
    was: tuple[str, str] | None = None
    """The rooms that the person saw, this item's first."""


class Clone(msgspec.Struct, forbid_unknown_fields=True):
    date: str = ""
    title: str | None = None
