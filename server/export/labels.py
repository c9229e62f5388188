"""The words of an export, in the day's language. Pure."""

from __future__ import annotations

import datetime
import zoneinfo
from dataclasses import dataclass
from typing import Final, Literal

from server.export.day import ExportLock, State

_MONTHS_FR: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Labels:
    """Words, and the ways in which a language writes times, dates and facts."""

    language: Literal["fr", "en"]
    organiser: str
    place: str
    date: str
    time: str
    room: str
    people: str
    questions: str
    state: str
    notes: str
    conclusions: str
    late: str
    day_conclusion: str
    no_items: str
    removed: str
    nothing_written: str
    manifest: str
    section: str
    item: str
    note_words: str
    conclusion_words: str
    position: str
    authors: str
    total: str
    states: tuple[tuple[State, str], ...]
    unreadable: str
    contents: str
    skip: str
    footnote: str
    footnotes: str
    back_to_text: str
    done: str
    to_do: str
    table: str

    def name_of(self, state: State) -> str:
        return dict(self.states)[state]

    def fact(self, name: str, value: str) -> str:
        """`Salle : 201`, `Room: 201`."""
        return f"{name}\u00a0: {value}" if self.language == "fr" else f"{name}: {value}"

    def clock(self, time: str) -> str:
        """ "11:15" as people write it."""
        if self.language == "en":
            return time
        hours, minutes = time.split(":")
        short = f"{int(hours)}\u00a0h"
        return short if minutes == "00" else f"{short}\u00a0{minutes}"

    def times(self, start: str, end: str) -> str:
        return " – ".join(self.clock(time) for time in (start, end) if time)

    def day_of(self, date: str) -> str:
        """ "2026-11-23" as people write it."""
        day = datetime.date.fromisoformat(date)
        if self.language == "en":
            return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
        number = "1er" if day.day == 1 else str(day.day)
        return f"{number}\u00a0{_MONTHS_FR[day.month - 1]} {day.year}"

    def locked(self, lock: ExportLock, *, date: str, timezone: str) -> str:
        """Who locked, when, why: a name where there is one, the date when it is not the day's."""
        zone = zoneinfo.ZoneInfo(timezone)
        moment = datetime.datetime.fromtimestamp(lock.at // 1000, tz=datetime.UTC).astimezone(zone)
        when = self.clock(moment.strftime("%H:%M"))
        other_day = moment.date().isoformat() != date
        if self.language == "fr":
            on = f" le {self.day_of(moment.date().isoformat())}" if other_day else ""
            said = f"Verrouillée{on} à {when}" + (f" par {lock.by}" if lock.by else "")
        else:
            on = f" on {self.day_of(moment.date().isoformat())}" if other_day else ""
            said = f"Locked{on} at {when}" + (f" by {lock.by}" if lock.by else "")
        return self.fact(said, lock.why) if lock.why else said


FRENCH: Final = Labels(
    language="fr",
    organiser="Organisation",
    place="Lieu",
    date="Date",
    time="Horaire",
    room="Salle",
    people="Avec",
    questions="Questions",
    state="État",
    notes="Notes",
    conclusions="Conclusions",
    late="Contribution tardive",
    day_conclusion="Conclusion de la journée",
    no_items="Aucun point dans cette partie.",
    removed="Retiré du programme",
    nothing_written="Aucune note",
    manifest="Récapitulatif",
    section="Partie",
    item="Point",
    note_words="Mots des notes",
    conclusion_words="Mots des conclusions",
    position="Position",
    authors="Auteurs",
    total="Total",
    states=(
        ("locked", "Verrouillée"),
        ("open", "Ouverte"),
        ("empty", "Aucune note"),
        ("unreadable", "Illisible"),
        ("withheld", "Non publiée"),
    ),
    unreadable="Illisible : le contenu est conservé mais n’a pas pu être lu.",
    contents="Sommaire",
    skip="Aller au texte",
    footnote="Note de bas de page",
    footnotes="Notes de bas de page, à partir de la note",
    back_to_text="Revenir au texte, à l’appel de la note",
    done="Fait",
    to_do="À faire",
    table="Tableau",
)

ENGLISH: Final = Labels(
    language="en",
    organiser="Organised by",
    place="Place",
    date="Date",
    time="Time",
    room="Room",
    people="With",
    questions="Questions",
    state="State",
    notes="Notes",
    conclusions="Conclusions",
    late="Late contribution",
    day_conclusion="Conclusion of the day",
    no_items="No items in this section.",
    removed="Removed from the programme",
    nothing_written="No notes",
    manifest="Summary",
    section="Section",
    item="Item",
    note_words="Words of notes",
    conclusion_words="Words of conclusions",
    position="Position",
    authors="Authors",
    total="Total",
    states=(
        ("locked", "Locked"),
        ("open", "Open"),
        ("empty", "No notes"),
        ("unreadable", "Unreadable"),
        ("withheld", "Not published"),
    ),
    unreadable="Unreadable: the content is kept but could not be read.",
    contents="Contents",
    skip="Skip to the text",
    footnote="Footnote",
    footnotes="Footnotes, from number",
    back_to_text="Back to the text, where it calls footnote",
    done="Done",
    to_do="To do",
    table="Table",
)


def labels(language: str) -> Labels:
    """French for a day in French, English for every other language."""
    return FRENCH if language.split("-")[0].lower() == "fr" else ENGLISH
