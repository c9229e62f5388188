"""Addresses and numbers are found where a text is about to be published, and where they stand."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from server.export.contacts import MAX_CONTACTS, Contact, contacts, contacts_in
from server.export.day import ExportPerson
from server.export.lines import Cell, Footnote, Line, Marks, Span
from tests.export.test_day import DAY, LOCKED, note


@pytest.mark.parametrize(
    "number",
    [
        *("06 12 34 56 78", "06.12.34.56.78", "0612345678", "06-12-34-56-78", "01/23/45/67/89"),
        *("06\u00a012\u00a034\u00a056\u00a078", "06\u202f12\u202f34\u202f56\u202f78"),
        *("0 800 123 456", "0800 123 456", "0800 12 34 56"),
        *("+33 6 12 34 56 78", "+33612345678", "+33 (0)6 12 34 56 78", "0033 6 12 34 56 78"),
        *("+32 2 555 12 12", "+41 22 730 51 11", "+1 (415) 555-2671", "+44 20 7946 0958"),
    ],
)
def test_a_number_is_found_as_it_was_written(number: str) -> None:
    for text in (number, f"Tél.\u00a0: {number}.", f"({number})", f"tel:{number}, ou demain"):
        assert list(contacts_in(text)) == [("phone", number)], text


@pytest.mark.parametrize(
    "address",
    [
        *("moi@exemple.fr", "prenom.nom+x@sous.domaine.exemple.org", "élodie@exemple.fr"),
        *("moi (at) exemple.fr", "moi[arobase]exemple.fr"),
    ],
)
def test_an_address_is_found_as_it_was_written(address: str) -> None:
    for text in (address, f"écrire à {address}.", f"« {address} »", f"<{address}>"):
        assert list(contacts_in(text)) == [("email", address)], text


@pytest.mark.parametrize(
    "text",
    [
        *("10 000 000 000 €", "+150 000 000 €", "+2 400 000 voyageurs", "SIRET 732 829 320 00074"),
        *("le 01-02-2026 10 h 30", "2026-11-23", "10:30 – 11:15", "0,612345678", "n° 0123"),
        *("ISBN 978-2-07-036822-8", "https://mastodon.example/@nom", "@nom", "1 02 03 04", "a@b"),
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert list(contacts_in(text)) == []


def test_it_says_where_each_stands() -> None:
    bold = Marks(bold=True)
    line = Line(spans=(Span("06 12 "), Span("34 56 78", bold), Span(Footnote("a@exemple.fr"))))
    linked = Line(spans=(Span("écrire", Marks(link="mailto:b@exemple.fr")), Span(Cell())))
    item = replace(
        DAY.sections[0].items[0],
        note=replace(LOCKED, notes=(line, line), conclusions=(linked,)),
        people=(ExportPerson("Ana c@exemple.fr"),),
    )
    day = replace(DAY, place="d@exemple.fr", sections=(replace(DAY.sections[0], items=(item,)),))
    assert contacts(day) == [
        Contact("", DAY.title, "programme", "email", "d@exemple.fr"),
        Contact("n1", "Le garage", "programme", "email", "c@exemple.fr"),
        Contact("n1", "Le garage", "notes", "email", "a@exemple.fr"),
        Contact("n1", "Le garage", "notes", "phone", "06 12 34 56 78"),
        Contact("n1", "Le garage", "conclusions", "email", "b@exemple.fr"),
    ]


def test_a_note_of_addresses_or_of_digits_is_read_in_bounded_time() -> None:
    many = "\n\n".join(f"a{number}@exemple.fr" for number in range(2 * MAX_CONTACTS))
    assert len(contacts(replace(DAY, conclusion=note("n", 1, many)))) == MAX_CONTACTS + 1
    began = time.perf_counter()
    for text in ("0 " * 50_000, "+1" + " 2" * 50_000, "a." * 50_000, "a@" * 50_000, "(" * 50_000):
        list(contacts_in(text))
    assert time.perf_counter() - began < 5
