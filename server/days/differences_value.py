"""Differences as the API tells them and the command line prints them. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from server.days.differences import Differences, PlannedItem, PlannedSection
from server.days.edit import shown
from server.days.incoming.listing import Incoming
from server.days.view import ItemView, SectionView
from storage.values import ItemId


def differences_value(
    differences: Differences,
    incoming: Incoming,
    *,
    blank: Collection[ItemId],
    removes: bool,
    language: str = "en",
) -> dict[str, Any]:
    """What would be done, or was; remarks are in that language.

    `blank` are the items that the file lacks and whose note nobody would miss; `removes`: whether
    these are taken out.
    """
    sections, items = differences.sections, differences.items
    return {
        "version": differences.version,
        "remarks": [one.spoken(language) for one in incoming.remarks],
        "sections": {
            "added": [_planned(one) for one in sections if one.standing is None],
            "changed": [
                _section(one.standing) | {"changes": _changes(one.differing)}
                for one in sections
                if one.standing is not None and one.changes
            ],
            "moved": [_section(one.standing) for one in sections if one.standing and one.is_moved],
        },
        "items": {
            "added": [_added(section, one) for section, one in items if one.standing is None],
            "changed": [
                _item(one.standing) | {"changes": _changes(one.differing)}
                for _, one in items
                if one.standing is not None and one.changes
            ],
            "moved": [
                _item(one.standing) | {"from": one.stood_in, "to": section.title}
                for section, one in items
                if one.standing is not None and one.is_moved and not one.is_restored
            ],
            "restored": [
                _item(one.standing) | {"to": section.title}
                for section, one in items
                if one.standing is not None and one.is_restored
            ],
            "missing": [
                _item(one)
                | {
                    "section": section.title,
                    "text": one.id not in blank,
                    "removed": removes and one.id in blank,
                }
                for section, one in differences.missing
            ],
            "same": sum(
                one.planned is not None
                and one.standing is not None
                and not (one.changes or one.is_moved)
                for _, one in items
            ),
        },
    }


def says_nothing(value: Mapping[str, Any]) -> bool:
    """Whether nothing would be done."""
    sections, items = value["sections"], value["items"]
    return not (
        any(sections.values())
        or any(items[kind] for kind in ("added", "changed", "moved", "restored"))
        or any(one["removed"] for one in items["missing"])
    )


def _planned(section: PlannedSection) -> dict[str, Any]:
    kind = "talk" if section.planned is None else section.planned.kind
    return {"title": section.title, "kind": kind}


def _section(section: SectionView | None) -> dict[str, Any]:
    return {} if section is None else {"section": section.id, "title": section.title}


def _item(item: ItemView) -> dict[str, Any]:
    return {"item": item.id, "note": item.note.id, "title": item.title}


def _added(section: PlannedSection, item: PlannedItem) -> dict[str, Any]:
    new = item.planned
    if new is None:
        return {}
    said = {"title": new.title, "section": section.title}
    return said | {"room": new.room, "start": new.start, "end": new.end}


def _changes(differing: Iterable[tuple[str, Any, Any]]) -> list[dict[str, Any]]:
    return [{"field": field, "old": shown(old), "new": shown(new)} for field, old, new in differing]
