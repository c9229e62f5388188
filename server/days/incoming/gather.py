"""The one day of a listing: its date chosen, its events checked and put into sections. Pure.

Calepin knows one day. Where a file has several, one of them is named by whoever takes it in.
"""

from __future__ import annotations

import zoneinfo
from collections import Counter

from server.days.fields import clean_line, clean_people, clean_questions
from server.days.incoming.kinds import kind_of
from server.days.incoming.listing import Event, Incoming, Listing, Mark, Wanted, counted
from server.days.programme import (
    DEFAULT_LANGUAGE,
    DEFAULT_TIMEZONE,
    MAX_ITEMS,
    MAX_SECTIONS,
    Programme,
    ProgrammeItem,
    ProgrammeSection,
    SectionKind,
)
from server.days.yaml_fields import MAX_LINE_LENGTH
from server.errors import BadInput, ProgrammeError
from server.sentences import Sentence, quoted, sentence

NO_SECTION = "Programme"
"""The section of what has none: a word of both languages."""
MAX_SOURCE_LENGTH = 300
"""Characters of an identifier. RFC 7986 asks for fewer than 255 octets in a calendar."""
MAX_DATES_NAMED = 10
"""In a sentence; a program is told all of them."""


def gather(listing: Listing, wanted: Wanted, *, source: str) -> Incoming:
    """The programme of the wanted date, or of the only one. Raises ProgrammeError.

    A section is called by its title in its file, where it has no identifier there.
    """
    if not listing.events:
        raise ProgrammeError(
            sentence("there is no item in it: look whether it is the right file."), source=source
        )
    date = _choose_date(listing, wanted, source)
    events = [event for event in listing.events if _is_on(event, date, listing)]
    if len(events) > MAX_ITEMS:
        message = sentence(
            "the day has {count} items; at most {most} are taken.",
            count=len(events),
            most=MAX_ITEMS,
        )
        raise ProgrammeError(message, source=source)
    _refuse_duplicates(events)
    sections: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        title = _line(event, "section", event.section) or NO_SECTION
        sections.setdefault((event.section_source or title, title), []).append(event)
    if len(sections) > MAX_SECTIONS:
        message = sentence(
            "the day has {count} sections; at most {most} are taken.",
            count=len(sections),
            most=MAX_SECTIONS,
        )
        raise ProgrammeError(message, source=source)
    title = wanted.title or _heading(listing.title)
    if not title:
        raise ProgrammeError(
            sentence(
                "it has no title for the day, and needs one: give it one (`--title` on the command "
                "line, `title=` in an address)."
            ),
            source=source,
        )
    programme = Programme(
        title=title,
        subtitle=_heading(listing.subtitle),
        organiser=_heading(listing.organiser),
        place=_heading(listing.place),
        date=date,
        timezone=wanted.timezone or _known_timezone(listing.timezone) or DEFAULT_TIMEZONE,
        language=listing.language or _language(events) or DEFAULT_LANGUAGE,
        sections=tuple(
            ProgrammeSection(title, _kind(of), tuple(map(_item, of)), id)
            for (id, title), of in sections.items()
        ),
    )
    remarks = [
        mark.remark(titles)
        for mark in Mark
        if (titles := [event.title for event in events if mark in event.marks])
    ]
    return Incoming(programme, (*listing.remarks, *remarks), listing.says)


def _choose_date(listing: Listing, wanted: Wanted, source: str) -> str:
    """The date that is wanted, where the file has it or has none; else its only one."""
    dates = Counter(event.date for event in listing.events if event.date)
    if wanted.date and (not dates or wanted.date in dates):
        return wanted.date
    if not wanted.date and len(dates) <= 1:
        return next(iter(dates), "")
    there = tuple(f"{date} ({dates[date]})" for date in sorted(dates))
    begin = (
        sentence("nothing in it is on {date}", date=wanted.date)
        if wanted.date
        else sentence("Calepin knows one day")
    )
    raise ProgrammeError(
        sentence(
            "{begin}; the file has these dates, with so many items: {dates}. Name one of them "
            "(`--date` on the command line, `date=` in an address).",
            begin=begin,
            dates=counted(there, most=MAX_DATES_NAMED),
        ),
        source=source,
        dates=sorted(dates),
    )


def _is_on(event: Event, date: str, listing: Listing) -> bool:
    if event.date or not date:
        return event.date == date
    if len({other.date for other in listing.events if other.date}) > 1:
        event.place.refuse(
            event.names.get("date", "date"),
            sentence("it is empty, and the file has several dates: say on which one this is."),
        )
    return True


def _refuse_duplicates(events: list[Event]) -> None:
    seen: dict[str, Event] = {}
    for event in events:
        if not event.source:
            continue
        other = seen.setdefault(event.source, event)
        if other is not event:
            event.place.refuse(
                event.names.get("source", "id"),
                sentence(
                    "{id} is also that of {other}: give each item an identifier of its own.",
                    id=quoted(_shown(event.source)),
                    other=_of(other),
                ),
            )


def _of(event: Event) -> Sentence:
    """An event as a sentence names it."""
    title = quoted(_shown(event.title))
    if event.place.line is None:
        return title
    return sentence("{title} (line {line})", title=title, line=event.place.line)


def _item(event: Event) -> ProgrammeItem:
    title = _line(event, "title", event.title)
    if not title:
        event.place.refuse(
            event.names.get("title", "title"), sentence("an item needs a title: add one.")
        )
    if event.start and event.end and event.end < event.start:
        event.place.refuse(
            event.names.get("end", "end"),
            sentence(
                "it ends at {end}, before it starts ({start}): give it a later time.",
                end=event.end,
                start=event.start,
            ),
        )
    if len(event.source) > MAX_SOURCE_LENGTH:
        event.place.refuse(
            event.names.get("source", "id"),
            sentence(
                "it has {count} characters; at most {most} are taken.",
                count=len(event.source),
                most=MAX_SOURCE_LENGTH,
            ),
        )
    try:
        people, questions = clean_people(event.people), clean_questions(event.questions)
    except BadInput as error:
        name = str(error.fields["field"])
        event.place.refuse(event.names.get(name, name), sentence("{why}", why=error.message))
    return ProgrammeItem(
        title=title,
        room=_line(event, "room", event.room),
        start=event.start,
        end=event.end,
        people=people,
        questions=questions,
        source=_line(event, "source", event.source),
    )


def _line(event: Event, field: str, text: str) -> str:
    """A text as one line; it may have been broken into several."""
    try:
        return clean_line(field, " ".join(text.split()))
    except BadInput:
        event.place.refuse(
            event.names.get(field, field),
            sentence(
                "it must be one line of at most {most} characters, without control characters; it "
                "has {count}.",
                most=MAX_LINE_LENGTH,
                count=len(text),
            ),
        )


def _kind(events: list[Event]) -> SectionKind:
    """What a section is: what all of its items are."""
    kinds = {kind_of(event.kind) for event in events}
    return kinds.pop() if len(kinds) == 1 else "talk"


def _language(events: list[Event]) -> str:
    """The language of most of the items, as far as it is said."""
    said = Counter(event.language for event in events if event.language in ("fr", "en"))
    return said.most_common(1)[0][0] if said else ""


def _heading(text: str) -> str:
    """A line above the day: what is too long or strange for one is cut."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())[:MAX_LINE_LENGTH]


def _known_timezone(name: str) -> str:
    try:
        return zoneinfo.ZoneInfo(name).key if name else ""
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60]}…"
