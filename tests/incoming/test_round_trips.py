"""What Calepin exported, imported again, is the same note: in HTML, DOCX and ODT as in Markdown.

The same is what the document of its lines is. What the formats cannot say is not compared: HTML
knows no two blanks, an office document no language of code, and its links are URIs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from server.export.day import (
    ExportDay,
    ExportItem,
    ExportLate,
    ExportNote,
    ExportPerson,
    ExportSection,
    Part,
)
from server.export.files import note_markdown
from server.export.html_files import note_html
from server.export.lines import Line, Span
from server.export.nodes import CodeBlock, Link, Text
from server.export.office import address
from server.export.office_files import docx_of, odt_of
from server.export.reader import read
from server.export.tree import tree
from server.incoming.reading import read_file

SAMPLE = Path(__file__).parents[2] / "server" / "sample" / "notes"
FRENCH = Path(__file__).parents[3] / "shared" / "data" / "notes-fr"
EVERYTHING = (
    "## Chapitre\n\n#### Sous\n\nun **gras *et* fin**, ~~non~~, `co  de`, "
    "[ici](https://exemple.fr/a?b=1&c=2)  \nligne[^1] et <https://exemple.fr>\n\n"
    "- un\n\n  suite\n  1. deux\n  2. trois\n\n     > cité\n- quatre\n\n<!-- -->\n\n- autre\n\n"
    "1. a\n2. b\n\n- [x] fait\n- [ ] à faire\n\n> dit\n>\n> - puce\n\n<!-- -->\n\n> redit\n\n"
    "```py\n\n  a < b\n\tc\n```\n\n    autre\n\n| a | b |\n|---|---|\n| c |  |\n\n| d |\n|---|\n\n"
    "___\n\n### «\u00a0Fin\u202f!\u00a0»\n\n[^1]: bas"
)

Export = Callable[[ExportDay, ExportNote, Part], bytes]
EXPORTS: dict[str, Export] = {
    "md": lambda day, note, part: note_markdown(day, note, part).encode(),
    "html": lambda day, note, part: note_html(day, note, part, style="p{}").encode(),
    "docx": docx_of,
    "odt": odt_of,
}


def exported(notes: str, conclusions: str = "", *, ending: str, part: Part = "all") -> bytes:
    return in_a_day(
        ExportNote(
            "abc",
            7,
            tuple(read(notes)),
            tuple(read(conclusions)),
            late=(ExportLate("Paul", tuple(read("- trop tard\n\n> cité\n\n| a |\n|---|"))),),
        ),
        ending,
        part,
    )


def in_a_day(note: ExportNote, ending: str, part: Part = "all") -> bytes:
    item = ExportItem(
        "Le titre de l’item",
        note,
        room="201",
        start="09:30",
        people=(ExportPerson("Inès", "Le garage"), ExportPerson("Paul")),
        questions=("Pourquoi\u202f?", "Comment\u202f?"),
    )
    section = ExportSection("s1", "Rencontres", (item,))
    day = ExportDay("d", "La journée", (section,), ExportNote("z", 1), date="2026-11-23")
    return EXPORTS[ending](day, note, part)


def said(value: Any, ending: str) -> Any:
    """A document without what the format cannot say."""
    if isinstance(value, tuple):
        return tuple(said(one, ending) for one in value)
    if isinstance(value, Text) and ending == "html":
        return Text(re.sub(" +", " ", value.text))
    if ending in ("docx", "odt"):
        if isinstance(value, Link):
            value = replace(value, href=address(value.href))
        if isinstance(value, CodeBlock):
            value = replace(value, lang="")
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(*(said(getattr(value, one.name), ending) for one in fields(value)))
    return value


def same(one: tuple[Line, ...], other: tuple[Line, ...], ending: str) -> bool:
    return bool(said(tree(one), ending) == said(tree(other), ending))


def texts() -> list[Any]:
    files = [*sorted(SAMPLE.glob("*.md")), *sorted(FRENCH.glob("*.md"))]
    return [
        pytest.param(EVERYTHING, id="everything"),
        *(pytest.param(file.read_text(), id=file.stem) for file in files),
    ]


@pytest.mark.promise("X7")
@pytest.mark.parametrize("ending", EXPORTS)
@pytest.mark.parametrize("text", texts())
def test_an_export_imported_is_the_same_note(text: str, ending: str) -> None:
    found = read_file(exported(text, EVERYTHING, ending=ending), f"note.{ending}")
    assert same(found.notes, tuple(read(text)), ending)
    assert same(found.conclusions, tuple(read(EVERYTHING)), ending)


@pytest.mark.parametrize("ending", EXPORTS)
@pytest.mark.parametrize("part", ["notes", "conclusions"])
def test_a_part_alone_is_that_part(part: Part, ending: str) -> None:
    found = read_file(exported("- a\n- b", "# C", ending=ending, part=part), f"note.{ending}")
    expected = "- a\n- b" if part == "notes" else "# C"
    there = [pane for pane in (found.notes, found.conclusions) if pane]
    assert [same(pane, tuple(read(expected)), ending) for pane in there] == [True]


@pytest.mark.parametrize("ending", EXPORTS)
def test_a_note_of_nothing_but_conclusions(ending: str) -> None:
    found = read_file(exported("", "un **mot**", ending=ending), f"note.{ending}")
    assert found.notes == ()
    assert same(found.conclusions, tuple(read("un **mot**")), ending)


def test_the_folder_of_french_notes_is_read_where_it_is() -> None:
    if not FRENCH.is_dir():
        pytest.skip("needs the folder of other people's texts, which is not part of the project")
    assert list(FRENCH.glob("*.md"))


@pytest.mark.parametrize("ending", ["html", "docx", "odt"])
def test_a_heading_typed_as_a_label_is_text(ending: str) -> None:
    lines = (Line(spans=(Span("Conclusions"),)), Line("h2", spans=(Span("Conclusions"),)))
    found = read_file(in_a_day(ExportNote("abc", 1, lines, lines), ending), f"n.{ending}")
    assert same(found.notes, lines, ending)
    assert same(found.conclusions, lines, ending)
