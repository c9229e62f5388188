"""The words of an update, as a moderator reads them before deciding."""

from __future__ import annotations

import pycrdt
import pytest

from server.errors import UpdateRefused
from server.sync.typed import typed_text
from tests.sync.conftest import first_row


class Writer:
    """Somebody with a note of some words, whose updates gather."""

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        self.doc.apply_update(first_row())
        self.text = self.doc.get("notes", type=pycrdt.Text)
        self.text.insert(0, "Le marché est ouvert.")
        self.updates: list[bytes] = []
        self.doc.observe(lambda event: self.updates.append(event.update))

    def key_by_key(self, at: int, text: str) -> None:
        for letter in text:
            self.text.insert(at, letter)
            at += len(letter.encode())


def test_keys_are_read_as_the_words_they_make() -> None:
    writer = Writer()
    writer.key_by_key(0, "Déjà 😀, « oui ». ")
    writer.key_by_key(len(writer.text), "Fin.")
    assert typed_text(writer.updates) == "Déjà 😀, « oui ». \nFin."
    assert typed_text([*writer.updates, *writer.updates[3:]]) == "Déjà 😀, « oui ». \nFin.", "again"


def test_what_was_deleted_again_is_not_there() -> None:
    writer = Writer()
    writer.key_by_key(0, "Faux. ")
    del writer.text[0:4]
    assert typed_text(writer.updates) == ". "
    del writer.text[0:10]
    assert typed_text(writer.updates) == ""


def test_lines_embeds_and_formats() -> None:
    writer = Writer()
    writer.key_by_key(0, "un\ndeux")
    writer.text.insert_embed(0, {"footnote": "x"})
    writer.text.format(0, 3, {"bold": True})
    assert typed_text(writer.updates) == "un\ndeux"
    assert typed_text([]) == ""


def test_what_is_no_update_is_refused() -> None:
    with pytest.raises(UpdateRefused):
        typed_text([b"\x01"])
