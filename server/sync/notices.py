"""Our own notices: JSON in stateless messages, for clients that said that they know them (W3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from server.bus.messages import Announcement
from server.sync.member import Member
from storage.planned import PlannedLock
from storage.records import Item
from storage.values import HeldUpdate, Lock, PersonId

SCHEMA = 1
"""The version of a note's shape that this server speaks; a page of another version says so."""
MAX_HELLO_CHARACTERS = 1000


def hears_hello(payload: str) -> bool:
    """Whether a stateless message is the hello of a client that knows our notices."""
    if len(payload) > MAX_HELLO_CHARACTERS:
        return False
    try:
        notice = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return isinstance(notice, dict) and notice.get("type") == "hello"


def state_notice(
    member: Member,
    lock: Lock | None,
    planned: PlannedLock | None,
    held: Iterable[HeldUpdate],
    names: Callable[[PersonId], str],
) -> dict[str, Any]:
    """Where this person stands in this note: role, lock and planned lock (who, when, why), who took
    writing from them, what of theirs is kept aside, and for who may decide on it, how many texts
    wait for that."""
    person = member.visitor.person
    held = list(held)
    texts = {(update.author, update.connection) for update in held}
    return {
        "type": "state",
        "schema": SCHEMA,
        "role": member.visitor.role.value,
        "person": person,
        "locked": None
        if lock is None
        else {"by": names(lock.by), "at": lock.at, "why": lock.why, "seq": lock.seq},
        "planned": None
        if planned is None
        else {"by": names(planned.by), "at": planned.at, "why": planned.why},
        "muted": None
        if member.mute is None
        else {"by": names(member.mute.by), "at": member.mute.at},
        "held": sum(1 for update in held if update.author == person),
        "waiting": len(texts) if member.session.privileged else 0,
    }


def heading_notice(item: Item) -> dict[str, Any]:
    """What the programme says above this note, as it is now."""
    return {
        "type": "heading",
        "title": item.title,
        "room": item.room,
        "start": item.start,
        "end": item.end,
        "people": [{"name": one.name, "organisation": one.organisation} for one in item.people],
        "questions": list(item.questions),
        "removed": item.removed_at is not None,
    }


def locking_notice(*, in_ms: int, by: str, why: str) -> dict[str, Any]:
    """The warning before a lock: what is typed until then still counts."""
    return {"type": "locking", "in_ms": in_ms, "by": by, "why": why}


def decided_notice(decision: str, *, by: str, held: Sequence[int], text: str) -> dict[str, Any]:
    """To the author of held updates: what a person decided to become of them, and their text."""
    return {"type": "decided", "do": decision, "by": by, "held": list(held), "text": text}


def announcement_notice(said: Announcement) -> dict[str, Any]:
    """What a moderator tells the people in this note, or in every note of the day."""
    to = "day" if said.note is None else "note"
    return {
        "type": "announcement",
        "id": said.id,
        "by": said.by,
        "at": said.at,
        "text": said.text,
        "to": to,
    }
