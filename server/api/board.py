"""The API of the moderators' board: all notes at a glance, and what is said to people in them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.answers import Answer, read_json
from server.api.authority import Authority
from server.api.locking import learn_names, lock_value, planned_value
from server.api.people import mute_value
from server.api.resource import resource
from server.board.attention import Standing, attention, hours_of
from server.board.board import MAX_DAYS, Figures
from server.bus.messages import Announcement
from server.days.access import Role
from server.days.ids import is_id, new_id, shown_id
from server.days.view import ItemView, NoteView
from server.errors import BadInput, NotFound
from server.service import Service
from server.sync.announcements import MAX_LENGTH
from storage import catalogue, journal, people
from storage.records import Person
from storage.values import DayId, Milliseconds, NoteId, PersonId


class AnnouncementRequest(msgspec.Struct, forbid_unknown_fields=True):
    """`note` is whose people are told; without it, those of every note of the day."""

    text: str
    note: str | None = None


async def board_value(service: Service, figures: Figures) -> dict[str, Any]:
    """The board as the API shows it, in the programme's order."""
    day = figures.day
    notes = list(day.notes())
    await learn_names(
        service, [n.lock for n in notes], [service.plans.of(note.id) for note in notes]
    )
    here: dict[PersonId, list[NoteId]] = {}

    def value(note: NoteView, item: ItemView | None) -> dict[str, Any]:
        found = figures.notes[note.id]
        present = service.rooms.who(note.id)
        for one in present:
            here.setdefault(one.person, []).append(note.id)
        words = found.words
        standing = Standing(
            people=len(present),
            has_notes=None if words is None else words.has_notes,
            has_conclusions=None if words is None else words.has_conclusions,
            held=found.held,
            is_locked=note.lock is not None,
        )
        hours = hours_of(
            day.date,
            "" if item is None else item.start,
            "" if item is None else item.end,
            timezone=day.timezone,
        )
        return {
            "note": note.id,
            "present": [
                {"person": one.person, "name": one.name, "colour": one.colour} for one in present
            ],
            "activity": list(found.activity),
            "words": None
            if words is None
            else {"notes": words.notes, "conclusions": words.conclusions},
            "locked": lock_value(note.lock, service),
            "planned": planned_value(service.plans.of(note.id), service),
            "held": found.held,
            "attention": [one.value for one in attention(standing, hours, figures.at)],
        }

    shown = [value(item.note, item) for _, item in day.items()] + [value(day.conclusion, None)]
    return {"day": day.id, "notes": shown, "people": await _people(service, day.id, here)}


async def _people(
    service: Service, day: DayId, here: dict[PersonId, list[NoteId]]
) -> list[dict[str, Any]]:
    """Who is in a note now, and who may not write, wherever they are."""
    wanted = [*here, *(one for one in service.rooms.mutes if one not in here)]

    def find(db: Connection) -> dict[PersonId, Person]:
        return people.some(db, day, wanted)

    known = await service.store.read(find)
    return [
        {
            "person": one.id,
            "name": one.name,
            "colour": one.colour,
            "role": one.role,
            "notes": here.get(one.id, []),
            "muted": await mute_value(service, one.id),
            "is_link": one.id == PersonId(one.link),
        }
        for one in (known[id] for id in wanted if id in known)
    ]


@dataclass(frozen=True, slots=True)
class _Shown:
    """An answer, made once for all who ask while these figures stand."""

    figures: Figures
    body: bytes
    tag: str


def routes(service: Service) -> list[Route]:
    authority = Authority(service)
    shown: dict[DayId, _Shown] = {}

    async def show(request: Request) -> Response:
        """How all notes of the day are now. With an ETag: what has not changed is not sent.

        Who says `Cache-Control: no-cache` has just done something, and wants to see it.
        """
        day = DayId(request.path_params["day"])
        await authority.in_day(request, day, Role.MODERATOR)
        fresh = "no-cache" in request.headers.get("cache-control", "")
        figures = await service.board.figures(day, fresh=fresh)
        if (made := shown.pop(day, None)) is None or made.figures is not figures:
            body = Answer(await board_value(service, figures)).body
            made = _Shown(figures, bytes(body), f'"{sha256(body).hexdigest()[:32]}"')
        shown[day] = made
        if len(shown) > MAX_DAYS:
            del shown[next(iter(shown))]
        headers = {"etag": made.tag, "cache-control": "no-store"}
        if request.headers.get("if-none-match") == made.tag:
            return Response(status_code=304, headers=headers)
        return Response(made.body, headers=headers, media_type="application/json")

    async def announce(request: Request) -> Answer:
        """Tell the people in a note, or in every note of the day."""
        day = DayId(request.path_params["day"])
        visitor = await authority.in_day(request, day, Role.MODERATOR)
        wanted = await read_json(request, AnnouncementRequest)
        text = clean_announcement(wanted.text)
        note = None if wanted.note is None else NoteId(wanted.note)
        at = service.clock()

        def write(db: Connection) -> None:
            found = None if note is None or not is_id(note) else catalogue.find_note(db, note)
            if note is not None and (found is None or found.day != day):
                raise NotFound(f"There is no note {shown_id(note)} in this day.")
            who = visitor.person
            journal.write(db, day, at=at, who=who, what="announce", why=text, note=note)

        await service.store.write(write)
        said = Announcement(new_id(), day, note, visitor.name, Milliseconds(at), text)
        service.rooms.announcements.announce(said, service.rooms.live())
        return Answer({"id": said.id, "note": note, "by": said.by, "at": at, "text": text})

    path = "/api/days/{day}"
    return [
        resource(f"{path}/board", GET=show),
        resource(f"{path}/announcements", POST=announce),
    ]


def clean_announcement(text: str) -> str:
    """What is said, on one line. Raises BadInput where it is nothing, or too long to be read."""
    clean = re.sub(r"[ \t\r\n]+", " ", text).strip()
    if not 0 < len(clean) <= MAX_LENGTH:
        raise BadInput(
            f"A message has 1 to {MAX_LENGTH} characters; this one has {len(clean)}.",
            field="text",
        )
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in clean):
        raise BadInput("A message has no control characters: write it again.", field="text")
    return clean
