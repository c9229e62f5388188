"""A table as an office keeps it: one line for each item, columns by their names. Pure.

Names of columns are French or English; case, accents and marks do not count. What a cell holds is
taken as it stands there; of a cell that means several things the file's line and column are told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NoReturn

from server.days.incoming.clock import after, clock, day_month_year, iso, length
from server.days.incoming.listing import EVERYTHING, Event, Listing, Place, check_number
from server.errors import ProgrammeError
from server.sentences import Sentence, quoted, sentence
from storage.records import Speaker

MAX_LINES_ABOVE = 10
"""Lines that may stand above the names of the columns: a title, a date, a logo's place."""

_FRENCH = {
    "title": ("titre", "intitule", "sujet"),
    "subtitle": ("sous titre",),
    "room": ("salle", "lieu"),
    "start": ("debut", "heure de debut", "heure debut"),
    "end": ("fin", "heure de fin", "heure fin"),
    "times": ("horaire", "horaires", "heure", "heures", "creneau"),
    "duration": ("duree",),
    "date": ("jour",),
    "people": (
        *("intervenants", "intervenant", "intervenant e s", "intervenant es", "intervenantes"),
        *("intervenantes et intervenants", "intervenants et intervenantes", "orateurs"),
        *("participants", "personnes"),
    ),
    "organisation": ("structure", "organisme"),
    "section": ("rubrique", "thematique", "theme", "parcours", "sequence"),
    "kind": ("nature",),
    "source": ("identifiant", "reference", "numero"),
}
_ENGLISH = {
    "title": ("title", "subject"),
    "subtitle": ("subtitle",),
    "room": ("room", "location"),
    "start": ("start", "start time", "begin"),
    "end": ("end", "end time"),
    "times": ("time", "times"),
    "people": ("people", "speakers", "speaker", "speaker names"),
    "organisation": ("organization",),
    "section": ("track",),
    "source": ("id", "identifier"),
}
_BOTH = {
    "duration": ("duration",),
    "date": ("date",),
    "organisation": ("organisation",),
    "section": ("section",),
    "kind": ("type", "kind", "format"),
    "questions": ("questions", "question"),
    "source": ("code", "ref"),
}
_NAMES = {
    name: (field, language)
    for language, fields in (("fr", _FRENCH), ("en", _ENGLISH), ("", _BOTH))
    for field, names in fields.items()
    for name in names
}
ACCEPTED = "Titre, Salle, Début, Fin, Intervenants, Section, Questions, Identifiant"

_RANGE = re.compile(r"\s*(?:[-–—→]|\bà\b|\bto\b)\s*")
_ENTRIES = re.compile(r"[\n;|]")
_LINES = re.compile(r"[\n|]")
_PERSON = re.compile(r"(?P<name>[^()]*)\((?P<organisation>[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table, with its number from 1 on."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns there are: for each field its place, and its name as the file writes it."""

    places: dict[str, int]
    names: dict[str, str]
    language: str
    """Of the names: "fr", "en", or "" where they tell neither."""
    passed: tuple[str, ...]
    """Names of columns that are not taken."""


def columns_of(cells: Sequence[str]) -> Columns | None:
    """The columns that a line names; None for a line that names no title."""
    places: dict[str, int] = {}
    languages: list[str] = []
    for index, cell in enumerate(cells):
        field, language = _NAMES.get(_plain(cell), ("", ""))
        if field and field not in places:
            places[field] = index
            languages.append(language)
    if "title" not in places:
        return None
    taken = set(places.values())
    french, english = languages.count("fr"), languages.count("en")
    return Columns(
        places=places,
        names={field: f"column {_shown(cells[index])}" for field, index in places.items()},
        language="fr" if french > english else "en" if english > french else "",
        passed=tuple(
            _shown(cell) for i, cell in enumerate(cells) if cell.strip() and i not in taken
        ),
    )


def read_lines(lines: Sequence[Line], *, source: str) -> Listing:
    """The listing of a table. Raises ProgrammeError with the line and the column."""
    lines = [line for line in lines if any(cell.strip() for cell in line.cells)]
    first = lines[: MAX_LINES_ABOVE + 1]
    above, columns = next(
        ((n, found) for n, line in enumerate(first) if (found := columns_of(line.cells))),
        (0, None),
    )
    if columns is None:
        raise ProgrammeError(
            sentence(
                "no column is called Titre or Title: name the columns in the first line, for "
                "instance {names}.",
                names=ACCEPTED,
            ),
            source=source,
            line=lines[0].number if lines else 1,
        )
    check_number(len(lines) - above - 1, source=source)
    remarks = []
    if above == 1:
        remarks.append(sentence("One line above the names of the columns: not taken."))
    elif above:
        remarks.append(
            sentence("{count} lines above the names of the columns: not taken.", count=above)
        )
    if columns.passed:
        remarks.append(sentence("Columns that are not taken: {columns}.", columns=columns.passed))
    events = [_Row(line, columns, source).event() for line in lines[above + 1 :]]
    return Listing(
        events=tuple(events),
        language=columns.language,
        remarks=tuple(remarks),
        says=_says(columns.places),
    )


def _says(fields: Collection[str]) -> frozenset[str]:
    """What columns say of an item; times may stand in one column, and an end as a duration."""
    says = EVERYTHING & set(fields)
    if "section" in fields:
        says |= {"order"}
    if "times" in fields:
        says |= {"start", "end"}
    if "duration" in fields:
        says |= {"end"}
    if "people" in fields:
        says |= {"organisation"}
    elif "organisation" in fields:
        says |= {"people"}
    return says


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    columns: Columns
    source: str

    def event(self) -> Event:
        date = self._date()
        start, end = self._times()
        title, subtitle = self._cell("title"), " ".join(self._cell("subtitle").split())
        return Event(
            place=Place(self.source, self.line.number),
            title=f"{title} – {subtitle}" if title and subtitle else title,
            source=self._cell("source"),
            date=date,
            start=start,
            end=end,
            room=self._cell("room"),
            section=self._cell("section"),
            kind=self._cell("kind"),
            people=self._people(),
            questions=tuple(one.strip(" -•\t") for one in _LINES.split(self._cell("questions"))),
            names=self.columns.names,
        )

    def _cell(self, field: str) -> str:
        index = self.columns.places.get(field)
        cells = self.line.cells
        return cells[index].strip() if index is not None and index < len(cells) else ""

    def _refuse(self, field: str, message: Sentence) -> NoReturn:
        Place(self.source, self.line.number).refuse(self.columns.names[field], message)

    def _date(self) -> str:
        text = self._cell("date") or self._date_of_start()
        if not text:
            return ""
        if read := iso(text):
            return read[0]
        # In English, 03/04 is the third of April to some and the fourth of March to others.
        if self.columns.language == "fr" and (date := day_month_year(text)):
            return date
        shown = quoted(_shown(text))
        if self.columns.language == "fr":
            self._refuse(
                "date", sentence("{text} is no date: write 2026-11-23 or 23/11/2026.", text=shown)
            )
        return self._refuse("date", sentence("{text} is no date: write 2026-11-23.", text=shown))

    def _date_of_start(self) -> str:
        """A sheet may keep the date with the time."""
        read = iso(self._cell("start"))
        return "" if read is None else read[0]

    def _times(self) -> tuple[str, str]:
        if "start" not in self.columns.places and (text := self._cell("times")):
            start, *rest = _RANGE.split(text)
            if len(rest) > 1:
                self._refuse(
                    "times",
                    sentence(
                        "{text} is no time of day: write 9h30-10h15.", text=quoted(_shown(text))
                    ),
                )
            end = self._clock("times", rest[0]) if rest else ""
            return self._clock("times", start), end or self._end(self._clock("times", start))
        start = self._clock("start", self._cell("start"))
        return start, self._end(start)

    def _end(self, start: str) -> str:
        if end := self._clock("end", self._cell("end")):
            return end
        text = self._cell("duration")
        if not text or not start:
            return ""
        minutes = length(text)
        if minutes is None:
            self._refuse(
                "duration",
                sentence("{text} is no duration: write 0:45.", text=quoted(_shown(text))),
            )
        return after(start, minutes) or self._refuse(
            "duration",
            sentence(
                "{text} after {start} is on the next day: Calepin knows one day.",
                text=quoted(_shown(text)),
                start=start,
            ),
        )

    def _clock(self, field: str, text: str) -> str:
        if not text:
            return ""
        read = iso(text)
        found = clock(read[1]) if read is not None and read[1] else clock(text)
        return found or self._refuse(
            field,
            sentence("{text} is no time of day: write 09:30 or 9h30.", text=quoted(_shown(text))),
        )

    def _people(self) -> tuple[Speaker, ...]:
        organisation = self._cell("organisation")
        people = [_person(one) for one in _ENTRIES.split(self._cell("people")) if one.strip()]
        if not organisation:
            return tuple(people)
        if len(people) == 1 and not people[0].organisation:
            return (Speaker(people[0].name, organisation),)
        return (*people, Speaker("", organisation))


def _person(text: str) -> Speaker:
    """ "Inès Ferrand (Le garage)" is a name with an organisation."""
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        return Speaker(text.strip())
    return Speaker(found["name"].strip(), found["organisation"].strip())


def _plain(name: str) -> str:
    """A name without case, accents and marks: "Intervenant·e·s" is "intervenant e s"."""
    letters = unicodedata.normalize("NFKD", name[:80]).casefold()
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept).split())


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:40]}…"
