"""JSON says all that an export says, in the shape that is documented (X1, X3, X4, X5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from server.export.day import ExportDay, ExportNote, ExportSection, Part, is_empty
from server.export.json_file import VERSION, json_of
from server.export.lines import Line
from server.export.reader import read
from server.export.tree import tree
from tests.export.said import Said, solid
from tests.export.test_day import DAY, LOCKED
from tests.export.test_docx import ALL
from tests.export.test_fuzz import slow_start
from tests.export.typed import documents

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "export.schema.json").read_text("utf-8"))


def checked(text: bytes) -> Any:
    found = json.loads(text)
    Draft202012Validator(SCHEMA).validate(found)
    return found


def of_lines(lines: list[Line]) -> Any:
    day = ExportDay("d", "Jour", (), ExportNote("n", 1, notes=tuple(lines)))
    return checked(json_of(day, day, "all"))["conclusion"]["notes"]


def said(value: Any) -> tuple[str, list[str]]:
    """The characters of the text in their order, and those of the footnotes."""
    if isinstance(value, list):
        parts = [said(one) for one in value]
        return "".join(text for text, _ in parts), [one for _, notes in parts for one in notes]
    if value.get("type") == "footnote":
        return "", [solid(value["text"])]
    box = {True: "☑", False: "☐"}[value["checked"]] if "checked" in value else ""
    inside = [value[name] for name in ("content", "items", "blocks", "rows") if name in value]
    text, notes = said(inside)
    return box + solid(value.get("text", "")) + text, notes


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"]["const"] == VERSION


@pytest.mark.promise("X1", "X5")
def test_a_day_is_whole_and_as_documented() -> None:
    found = checked(json_of(DAY, DAY, "all"))
    assert found["day"]["title"] == DAY.title
    items = [item for section in found["sections"] for item in section["items"]]
    assert [item["title"] for item in items] == ["Le garage", "La cantine", "Se loger"]
    assert [item["note"]["state"] for item in items] == ["locked", "open", "empty"]
    assert items[0]["people"][1] == {"name": "", "organisation": "Ville"}
    assert items[0]["note"]["lock"] == {
        "at": "2026-11-23T11:15:00.000Z",
        "by": "Léa *Morel*",
        "why": "synthèse faite",
    }
    assert said(items[0]["note"]["late"]) == ("Etunegrue.", ["Petite."])
    assert said(found["conclusion"]["conclusions"]) == ("Merci.", [])


@pytest.mark.promise("X5")
@pytest.mark.parametrize("part", ["all", "notes", "conclusions"])
def test_a_part_of_it_has_the_same_shape(part: Part) -> None:
    note = checked(json_of(DAY, LOCKED, part))
    section = checked(json_of(DAY, DAY.sections[0], part))
    own = checked(json_of(DAY, DAY.conclusion, part))
    assert [len(one["sections"]) for one in (note, section, own)] == [1, 1, 0]
    assert own["conclusion"]["id"] == DAY.conclusion.id
    [item] = note["sections"][0]["items"]
    assert item == section["sections"][0]["items"][0]
    panes = {"all": {"notes", "conclusions"}}.get(part, {part})
    assert item["note"].keys() & {"notes", "conclusions"} == panes
    assert note["of"] == {"kind": "note", "id": LOCKED.id}


@pytest.mark.promise("X3")
def test_the_same_day_is_the_same_bytes() -> None:
    assert json_of(DAY, DAY, "all") == json_of(DAY, DAY, "all")


def test_a_section_without_items_is_one() -> None:
    day = ExportDay("d", "Jour", (ExportSection("s", "Vide"),), ExportNote("n", 0))
    assert checked(json_of(day, day, "all"))["sections"] == [
        {"id": "s", "title": "Vide", "items": []}
    ]


@pytest.mark.promise("X5")
def test_every_kind_of_block_and_format_is_there() -> None:
    blocks = of_lines(read(ALL))
    kinds = [block["type"] for block in blocks]
    assert kinds == [
        *("heading", "paragraph", "list", "list", "list", "quote", "code", "table", "rule"),
        "heading",
    ]
    runs = {run["text"]: run for run in blocks[1]["content"] if "text" in run}
    for text, mark in (("gras", "bold"), ("fin", "italic"), ("non", "strike"), ("code", "code")):
        assert runs[text] == {"type": "text", "text": text, mark: True}
    assert runs["ici"]["link"] == "https://example.org/é?a=1&b=2"
    assert runs["bas"]["type"] == "footnote"
    assert [one.get("checked") for one in blocks[4]["items"]] == [True, False]
    assert blocks[2]["items"][0]["blocks"][1]["ordered"] is True
    assert blocks[6] == {"type": "code", "language": "py", "text": "\n  a < b\n\tc"}


@pytest.mark.promise("X4")
@given(documents)
@slow_start
def test_whatever_people_write_is_read_back(typed: list[Line]) -> None:
    expected = Said(() if is_empty(typed) else tree(typed).children)
    assert said(of_lines(typed)) == (expected.text, expected.footnotes)


@pytest.mark.promise("X4")
def test_real_french_notes_keep_every_character(data: Path) -> None:
    notes = sorted((data / "notes-fr").rglob("*.md"))
    assert notes
    for path in notes:
        lines = read(path.read_text("utf-8"))
        expected = Said(tree(lines).children)
        assert said(of_lines(lines)) == (expected.text, expected.footnotes), path.name
