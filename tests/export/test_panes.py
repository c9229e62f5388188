"""A note's document from text and back, through the shared text itself (X2, X7)."""

from __future__ import annotations

import time
from pathlib import Path

import pycrdt
import pytest
from hypothesis import given

from server.export.lines import Break, Cell, Footnote, Line, Marks, Span, delta
from server.export.markdown import markdown
from server.export.panes import Pane, import_pieces, initial_update, panes
from server.export.reader import read, read_note
from server.export.tree import tree
from server.export.words import words
from server.sync.document import Choked, merge
from tests.export.test_fuzz import slow_start
from tests.export.typed import documents

SAMPLE = Path(__file__).parents[2] / "server" / "sample" / "notes"
TEXT = (
    "# Été 😀\n\n**gras**maigre\n\n- a[^1]\n  - b  \n    c\n\n"
    "| x | y |\n|---|---|\n| 1 | 2 |\n\n[^1]: note\n"
)


def document(*updates: bytes) -> pycrdt.Doc[pycrdt.Text]:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for update in updates:
        doc.apply_update(update)
    return doc


def imported(state: bytes, text: str, *, client_id: int, pane: Pane = "notes") -> bytes:
    pieces = import_pieces(state, read_note(text), client_id=client_id, pane=pane)
    return merge([piece.update for piece in pieces])


def test_a_new_note_has_a_line_in_each_pane() -> None:
    doc = document(initial_update("", "", client_id=7))
    assert [str(doc.get(pane, type=pycrdt.Text)) for pane in ("notes", "conclusions")] == [
        "\n",
        "\n",
    ]


def test_initial_text_is_read_again() -> None:
    update = initial_update(TEXT, "- fin", client_id=2**53 - 1)
    found = panes(update)
    assert found.notes == (
        Line("h1", spans=(Span("Été 😀"),)),
        Line(spans=(Span("gras", Marks(bold=True)), Span("maigre"))),
        Line("bullet", spans=(Span("a"), Span(Footnote("note")))),
        Line("bullet", 1, spans=(Span("b"), Span(Break()), Span("c"))),
        Line("row", spans=(Span("x"), Span(Cell()), Span("y"))),
        Line("row", spans=(Span("1"), Span(Cell()), Span("2"))),
    )
    assert found.conclusions == (Line("bullet", spans=(Span("fin"),)),)
    assert panes(document(update)) == found


def test_only_one_client_writes_it() -> None:
    doc = document(initial_update(TEXT, TEXT, client_id=41))
    assert doc.get_state()[:2] == bytes((1, 41))


@pytest.mark.promise("X7")
@pytest.mark.parametrize("file", sorted(SAMPLE.glob("*.md")), ids=lambda file: file.stem)
def test_an_export_imported_is_the_same_note(file: Path) -> None:
    before = panes(initial_update(file.read_text(), "", client_id=7)).notes
    state = initial_update("", "", client_id=7)
    edit = imported(state, markdown(tree(before)), client_id=8)
    assert panes(document(state, edit).get_update()).notes == before


@pytest.mark.promise("X2", "X7")
@given(typed=documents)
@slow_start
def test_whatever_people_write_is_the_same_note_again(typed: list[Line]) -> None:
    """From one shared text through a file into another one."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    text = doc.get("notes", type=pycrdt.Text)
    for insert, attributes in delta(typed):
        if isinstance(insert, str):
            text.insert(len(text), insert, attributes)
        else:
            text.insert_embed(len(text), insert, attributes)
    before = tree(panes(doc.get_update()).notes)
    assert before == tree(typed)
    after = panes(initial_update(markdown(before), "", client_id=7)).notes
    assert tree(after) == before


def test_import_appends_and_keeps_what_is_there() -> None:
    state = initial_update("un\n\n- a", "fin", client_id=7)
    edit = imported(state, "- b\n\n## Titre", client_id=8)
    found = panes(document(state, edit).get_update())
    assert markdown(tree(found.notes)) == "un\n\n- a\n\n* b\n\n## Titre\n"
    assert markdown(tree(found.conclusions)) == "fin\n"


def test_import_goes_on_after_text_without_a_newline() -> None:
    doc = document(initial_update("", "", client_id=7))
    text = doc.get("notes", type=pycrdt.Text)
    text.insert(len(text), "gras", {"bold": True})
    edit = imported(doc.get_update(), "maigre", client_id=8, pane="notes")
    doc.apply_update(edit)
    assert markdown(tree(panes(doc).notes)) == "**gras**\n\nmaigre\n"


def test_import_into_the_conclusions() -> None:
    state = initial_update("n", "", client_id=7)
    edit = imported(state, "# C", client_id=8, pane="conclusions")
    found = panes(document(state, edit).get_update())
    assert found.conclusions == (Line("h1", spans=(Span("C"),)),)


def test_nothing_to_import_is_no_edit() -> None:
    state = initial_update("n", "", client_id=7)
    assert import_pieces(state, read_note(" \n"), client_id=8) == []


def test_an_import_does_not_touch_what_others_write_meanwhile() -> None:
    state = initial_update("début", "", client_id=7)
    mine = document(state)
    text = mine.get("notes", type=pycrdt.Text)
    text.insert(len("début".encode()), " et suite")
    edit = imported(state, "ajout", client_id=8)
    assert markdown(tree(panes(document(mine.get_update(), edit)).notes)) == (
        "début et suite\n\najout\n"
    )


def test_bytes_that_are_no_update() -> None:
    with pytest.raises(Choked):
        panes(b"\xff\xff\xff")


def test_a_long_note_is_quick() -> None:
    """20,000 words. The bounds are ten times what was measured on two slow cores."""
    sample = "\n\n".join(file.read_text() for file in sorted(SAMPLE.glob("*.md")))
    times = 20_000 // words(read(sample)) + 1
    text = "\n\n".join(sample.replace("[^", f"[^{number}-") for number in range(times))
    start = time.perf_counter()
    update = initial_update(text, "", client_id=7)
    written = time.perf_counter()
    found = panes(update).notes
    out = markdown(tree(found))
    done = time.perf_counter()
    assert words(found) >= 20_000
    assert tree(read(out)) == tree(found)
    assert written - start < 8
    assert done - written < 4
