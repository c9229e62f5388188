"""Locking as the API takes it and shows it: now or at a given time, one note or many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from starlette.requests import Request

from server.api.answers import read_json
from server.days.locks import Target, clean_why, timezone_of
from server.days.moments import parse_moment
from server.days.people import Visitor
from server.service import Service
from storage.planned import PlannedLock
from storage.values import Head, Lock, NoteId


class LockRequest(msgspec.Struct, forbid_unknown_fields=True):
    """`at` is a moment as people write it; without it, the lock is for now."""

    why: str = ""
    at: str | None = None


def planned_value(plan: PlannedLock | None, service: Service) -> dict[str, Any] | None:
    """A lock that is to fall, as the API shows it."""
    if plan is None:
        return None
    name = service.identity.name_of(plan.by)
    return {"by": name, "person": plan.by, "at": plan.at, "why": plan.why}


def lock_value(lock: Lock | None, service: Service) -> dict[str, Any] | None:
    """A lock as the API shows it: who, when, why, and the position of its row (K5)."""
    if lock is None:
        return None
    name = service.identity.name_of(lock.by)
    return {"by": name, "person": lock.by, "at": lock.at, "why": lock.why, "seq": lock.seq}


async def learn_names(
    service: Service, locks: Iterable[Lock | None], plans: Iterable[PlannedLock | None]
) -> None:
    """Know the names of those who took these locks or planned them, also elsewhere."""
    await service.identity.learn({one.by for one in (*locks, *plans) if one is not None})


async def head_values(heads: Sequence[Head], service: Service) -> list[dict[str, Any]]:
    """Where notes stand, as the API shows it."""
    plans = [service.plans.of(head.note) for head in heads]
    await learn_names(service, [head.lock for head in heads], plans)
    return [_head_value(head, service) for head in heads]


def _head_value(head: Head, service: Service) -> dict[str, Any]:
    return {
        "note": head.note,
        "seq": head.seq,
        "locked": lock_value(head.lock, service),
        "planned": planned_value(service.plans.of(head.note), service),
    }


async def lock_as_asked(
    request: Request, service: Service, target: Target, visitor: Visitor
) -> list[Head]:
    """Lock the target's notes now, or plan to; how they stand afterwards. Raises BadInput."""
    wanted = await read_json(request, LockRequest)
    why = clean_why(wanted.why)
    if wanted.at is None:
        heads = await service.rooms.lock(
            target.notes, by=visitor.person, why=why, drain_seconds=service.drain_seconds
        )
        await service.plans.refresh()
        service.rooms.tell_changed()
        return heads
    zone = await service.store.read(lambda db: timezone_of(db, target.day))
    at = parse_moment(wanted.at, timezone=zone, now=service.clock())
    await service.plans.plan(target, by=visitor.person, why=why, at=at)
    service.rooms.tell_changed()
    found = await service.store.heads(target.notes)
    return [found[note] for note in target.notes if note in found]


async def unlock_all(service: Service, notes: Sequence[NoteId], visitor: Visitor) -> list[Head]:
    """Unlock; what was planned for these notes is cancelled."""
    heads = await service.rooms.unlock(notes, by=visitor.person)
    await service.plans.refresh()
    service.rooms.tell_changed()
    return heads
