"""The programme of a real day as it came out, with all that went wrong in it, repaired on the spot.

What went wrong is what its published page shows: titles that run on into people and rooms, headings
without a title or with nothing under them, questions as text of their own, two rooms exchanged, a
debate that is missing, and an order that is not the day's.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from server.days.load import load_programme
from server.days.programme import Programme
from tests.api.conftest import Api
from tests.api.test_programme import Desk

REAL_DAY = Path(__file__).resolve().parents[3] / "shared" / "data" / "day" / "programme.yml"
BROKEN = "title: Fabrique d’idées\nlanguage: fr\nsections:\n"


def run_on(item: Any) -> str:
    """The title of an item as it stood on the page: "person organisation room" behind it."""
    people = [f"{one.name} {one.organisation}".strip() for one in item.people]
    return " ".join(part for part in (item.title, *people, item.room) if part)


def broken(right: Programme) -> str:
    """The sections backwards, an empty heading among them, the first debate missing."""
    lines = [BROKEN]
    for section in reversed(right.sections):
        lines.append(f"  - title: {json.dumps(section.title)}\n    items:\n")
        items = section.items[1:] if section.kind == "debate" else section.items
        lines += [f"      - {{title: {json.dumps(run_on(item))}}}\n" for item in items]
        lines.append("  - {title: br>}\n" if section.kind == "vote" else "")
    return "".join(lines)


@pytest.mark.skipif(not REAL_DAY.exists(), reason="the real day is not on this machine")
async def test_everything_that_went_wrong_on_a_real_day_can_be_repaired(api: Api) -> None:
    right = load_programme(REAL_DAY).programme
    made = await api.make_day(broken(right))
    desk = Desk(api, made)
    shown = (await desk.shown())["sections"]
    addresses = {item["title"]: item["note"] for section in shown for item in section["items"]}
    for number, note in enumerate(made.notes):
        await desk.write(note, f"Ce qui a été dit, {number}.")

    # The heading with nothing in it goes, the order is put right, kinds are said.
    for section in shown:
        if section["title"] == "br>":
            await desk.ask("DELETE", f"/sections/{section['section']}")
    ids = {section["title"]: section["section"] for section in shown}
    for section in right.sections:
        id = ids[section.title]
        await desk.ask("POST", f"/sections/{id}/move", {"before": None})
        await desk.ask("PATCH", f"/sections/{id}", {"kind": section.kind})
        for item in section.items:
            fields = {
                "title": item.title,
                "room": item.room,
                "people": [{"name": p.name, "organisation": p.organisation} for p in item.people],
                "questions": list(item.questions),
            }
            note = addresses.get(run_on(item))
            if note is None or (section.kind == "debate" and item is section.items[0]):
                first = (await desk.shown())["sections"]
                there = next(one for one in first if one["section"] == id)["items"]
                before = there[0]["item"] if there else None
                await desk.ask("POST", f"/sections/{id}/items", fields | {"before": before}, 201)
                continue
            found = next(one for one in await desk.items() if one["note"] == note)
            await desk.ask("PATCH", f"/items/{found['item']}", fields)

    # Two meetings change rooms, and back: the fourth and the fifth.
    meetings = next(one for one in (await desk.shown())["sections"] if one["kind"] == "meeting")
    one, two = meetings["items"][3:5]
    for _ in range(2):
        await desk.ask("POST", f"/items/{one['item']}/swap-rooms", {"with": two["item"]})

    day = await desk.shown()
    assert [(s["title"], s["kind"]) for s in day["sections"]] == [
        (s.title, s.kind) for s in right.sections
    ]
    for section, wanted in zip(day["sections"], right.sections, strict=True):
        assert [
            (item["title"], item["room"], len(item["people"]), item["questions"])
            for item in section["items"]
        ] == [
            (item.title, item.room, len(item.people), list(item.questions)) for item in wanted.items
        ]
    # Nobody's text and no address was lost on the way.
    assert set(made.notes) < {item["note"] for item in await desk.items()}
    export = await desk.export()
    said = [int(number) for number in re.findall(r"Ce qui a été dit, (\d+)\.", export)]
    assert sorted(said) == list(range(len(made.notes)))
    heads = [export.index(f"\n## {section.title}") for section in right.sections]
    assert heads == sorted(heads)
