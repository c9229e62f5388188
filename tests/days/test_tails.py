"""What a screen shows of a note: its last lines and its conclusions, as plain text."""

from __future__ import annotations

from server.days.tails import LAST_LINES, MAX_CONCLUSIONS, MAX_LINE, Tail, tail, tails
from server.export.panes import initial_update
from storage.values import NoteId


def made(notes: str, conclusions: str = "") -> Tail:
    return tail([initial_update(notes, conclusions, client_id=7)])


def test_lines_of_every_kind_are_text() -> None:
    found = made(
        "# Titre\n\nun **gras** et [un lien](https://a.fr)[^1]\n\n- point\n\n1. un\n\n"
        "- [x] fait\n- [ ] à faire\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: note\n",
        "Continuer.",
    )
    assert [(line.kind, line.text) for line in found.notes] == [
        ("h", "Titre"),
        ("p", "un gras et un lien"),
        ("li", "point"),
        ("li", "un"),
        ("done", "fait"),
        ("todo", "à faire"),
        ("p", "a | b"),
        ("p", "1 | 2"),
    ]
    assert found.conclusions == (("p", "Continuer."),)


def test_an_empty_note_has_nothing() -> None:
    assert made("") == Tail()


def test_the_last_lines_of_the_notes_and_the_first_of_the_conclusions_are_shown() -> None:
    many = "\n\n".join(f"ligne {n}" for n in range(100))
    found = made(many, many)
    assert [line.text for line in found.notes] == [f"ligne {n}" for n in range(90, 100)]
    assert len(found.notes) == LAST_LINES
    assert [line.text for line in found.conclusions] == [f"ligne {n}" for n in range(8)]
    assert len(found.conclusions) == MAX_CONCLUSIONS


def test_a_line_without_end_is_cut() -> None:
    (line,) = made("é" * 10_000).notes
    assert line.text == "é" * MAX_LINE + "…"


def test_one_note_that_cannot_be_read_spoils_no_other() -> None:
    whole = initial_update("là", "", client_id=7)
    found = tails({NoteId("a"): [b"\xff\xff\xff"], NoteId("b"): [whole]})
    assert found[NoteId("a")] == Tail(is_readable=False)
    assert found[NoteId("b")].notes == (("p", "là"),)
