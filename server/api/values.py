"""A day as the API shows it."""

from __future__ import annotations

from typing import Any

from server.api.locking import learn_names, lock_value, planned_value
from server.days.view import DayView, ItemView
from server.service import Service
from storage.values import NoteId


async def day_value(day: DayView, service: Service) -> dict[str, Any]:
    """The day as the API shows it, in the programme's order, with who is where now."""
    notes = [*day.notes(), *(item.note for item in day.dropped)]
    plans = [service.plans.of(note.id) for note in notes]
    await learn_names(service, [note.lock for note in notes], plans)

    def note(id: NoteId) -> list[dict[str, str]]:
        return [{"name": p.name, "colour": p.colour} for p in service.rooms.who(id)]

    def item(view: ItemView) -> dict[str, Any]:
        return {
            "item": view.id,
            "note": view.note.id,
            "title": view.title,
            "room": view.room,
            "start": view.start,
            "end": view.end,
            "people": [{"name": p.name, "organisation": p.organisation} for p in view.people],
            "questions": list(view.questions),
            "seq": view.note.head,
            "locked": lock_value(view.note.lock, service),
            "planned": planned_value(service.plans.of(view.note.id), service),
            "present": note(view.note.id),
        }

    return {
        "day": day.id,
        "title": day.title,
        "subtitle": day.subtitle,
        "organiser": day.organiser,
        "place": day.place,
        "date": day.date,
        "timezone": day.timezone,
        "language": day.language,
        "delete_after": day.delete_after,
        "programme": day.programme,
        "sections": [
            {
                "section": section.id,
                "title": section.title,
                "kind": section.kind,
                "items": [item(view) for view in section.items],
            }
            for section in day.sections
        ],
        "removed": [item(view) | {"blank": False} for view in day.removed]
        + [item(view) | {"blank": True} for view in day.dropped],
        "conclusion": {
            "note": day.conclusion.id,
            "seq": day.conclusion.head,
            "locked": lock_value(day.conclusion.lock, service),
            "planned": planned_value(service.plans.of(day.conclusion.id), service),
            "present": note(day.conclusion.id),
        },
    }
