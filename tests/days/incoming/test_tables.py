"""Tables as a regional office keeps them, in CSV of any make and as a sheet."""

from __future__ import annotations

import pytest

from server.days.incoming.listing import Incoming
from server.errors import ProgrammeError
from storage.records import Speaker
from tests.days.incoming.conftest import book, items, read, refused, sheet

ROWS = (
    (
        *("Identifiant", "Titre", "Salle", "Début", "Fin", "Intervenant·e·s", "Section"),
        *("Questions", "Budget"),
    ),
    (
        *("A1", "L’été à vélo", "101", "9h30", "10h15", "Inès Ferrand (Le garage)|Paul"),
        *("Rencontres", "Où ?|Combien ?", "300 €"),
    ),
    ("A2", "La cantine", "102", "10:15", "", "", "Rencontres", "", ""),
    ("B1", "La voiture", "", "14h", "15h30", "", "Débats", "", ""),
)
CSV = "".join(";".join(row) + "\r\n" for row in ROWS)


def check(incoming: Incoming) -> None:
    first, second, third = items(incoming)
    assert [one.title for one in incoming.programme.sections] == ["Rencontres", "Débats"]
    assert (first.title, first.room, first.source) == ("L’été à vélo", "101", "A1")
    assert (first.start, first.end) == ("09:30", "10:15")
    assert first.people == (Speaker("Inès Ferrand", "Le garage"), Speaker("Paul"))
    assert first.questions == ("Où ?", "Combien ?")
    assert (second.start, second.end) == ("10:15", "")
    assert (third.title, third.start, third.end) == ("La voiture", "14:00", "15:30")
    assert incoming.programme.title == "Journée"
    assert incoming.programme.language == "fr"
    assert "Columns that are not taken: Budget." in map(str, incoming.remarks)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("divider", [";", ",", "\t"])
def test_a_table_is_read_whatever_program_wrote_it(encoding: str, divider: str) -> None:
    data = CSV.replace(";", divider).encode(encoding)
    incoming = read(data, "Journée.csv")
    check(incoming)
    read_as_windows = any("Windows-1252" in str(remark) for remark in incoming.remarks)
    assert read_as_windows == (encoding == "cp1252")


def test_a_sheet_says_the_same_as_a_table() -> None:
    check(read(sheet(*ROWS), "Journée.ods"))


def test_case_and_accents_of_names_do_not_count_and_english_ones_are_known() -> None:
    for line in ("TITRE;DEBUT;SALLE", "titre;début;salle", "Title;Start Time;Room"):
        (item,) = items(read(f"{line}\nT;9:30;101\n", "t.csv"))
        assert (item.title, item.start, item.room) == ("T", "09:30", "101")
    incoming = read("Title;Start\nT;2:05 pm\n", "t.csv")
    assert items(incoming)[0].start == "14:05"
    assert incoming.programme.language == "en"


def test_a_table_may_have_a_heading_and_empty_lines() -> None:
    text = "Programme du 23 novembre;;\n;;\nsep;;\nTitre;Salle;Début\n;;\nT;101;9h\n;;\n"
    incoming = read(text, "t.csv")
    assert [item.start for item in items(incoming)] == ["09:00"]
    assert "2 lines above the names of the columns: not taken." in map(str, incoming.remarks)
    assert items(read("sep=;\nTitre;Salle\nT;1\n", "t.csv"))[0].room == "1"


def test_times_may_stand_in_one_column_and_an_end_as_a_duration() -> None:
    text = "Titre;Horaires\nA;9h30-10h15\nB;9h30 à 10h\nC;11:00\n"
    assert [(item.start, item.end) for item in items(read(text, "t.csv"))] == [
        ("09:30", "10:15"),
        ("09:30", "10:00"),
        ("11:00", ""),
    ]
    text = "Titre;Début;Durée\nA;9h30;45 min\nB;9h30;1h30\nC;9:30;0:20\nD;9:30;15\n"
    ends = [item.end for item in items(read(text, "t.csv"))]
    assert ends == ["10:15", "11:00", "09:50", "09:45"]


def test_one_of_several_dates_is_chosen() -> None:
    text = "Titre;Date\nA;23/11/2026\nB;24/11/2026\n"
    assert "2026-11-23 (1), 2026-11-24 (1)" in refused(text, "t.csv")
    assert [item.title for item in items(read(text, "t.csv", date="2026-11-24"))] == ["B"]
    with pytest.raises(ProgrammeError) as many:
        read("Titre;Date\n" + "".join(f"A;{day:02}/12/2026\n" for day in range(1, 13)), "t.csv")
    assert many.value.fields["dates"] == [f"2026-12-{day:02}" for day in range(1, 13)]
    assert "and 2 more" in str(many.value)
    said = refused(f"{text}C;\n", "t.csv", date="2026-11-24")
    assert said.startswith("t.csv, line 4, column Date: it is empty, and the file has several")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Titre;Début\nT;9h61\n", "t.csv, line 2, column Début: “9h61” is no time of day"),
        ("Titre;Début\nA;9h\n;10h\n", "t.csv, line 3, column Titre: an item needs a title"),
        ("Titre;Début;Fin\nT;10h;9h\n", "t.csv, line 2, column Fin: it ends at 09:00, before"),
        ("Titre;Début;Durée\nT;23h;2h\n", "column Durée: “2h” after 23:00 is on the next day"),
        ("Titre;Durée;Début\nT;long;9h\n", "line 2, column Durée: “long” is no duration"),
        ("Titre;Date\nT;31/02/2026\n", "line 2, column Date: “31/02/2026” is no date"),
        ("Title;Date\nT;03/04/2026\n", "line 2, column Date: “03/04/2026” is no date"),
        ("Titre;Horaires\nT;9h-10h-11h\n", "line 2, column Horaires: “9h-10h-11h” is no time"),
        ("Titre;Salle;Identifiant\nA;;1\nB;;1\n", "t.csv, line 3, column Identifiant: “1” is also"),
        ('Titre;Salle\n"A;1\n', "t.csv, line 2: this is not CSV"),
        ("Nom;Salle\nA;1\n", "t.csv, line 1: no column is called Titre or Title"),
        ("", "t.csv, line 1: no column is called Titre or Title"),
        ("Titre;Salle\n", "t.csv: there is no item in it"),
        ("Titre;Salle\n" + "x" * 600 + ";1\n", "line 2, column Titre: it must be one line of"),
        ("Titre;Salle\n" + "x" * 200_000 + ";1\n", "t.csv, line 2: this is not CSV (field"),
        ("Titre;Salle\na\x07b;1\n", "line 2, column Titre: it must be one line"),
        ("Titre;Salle\na\0b;1\n", "t.csv, line 2: it holds a NUL"),
        ("Titre;Personnes\nT;" + "p|" * 101 + "\n", "column Personnes: 101 people are too many"),
        ("Titre;Question\nT;" + "q|" * 51 + "\n", "column Question: 51 questions are too many"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_column(text: str, said: str) -> None:
    assert said in refused(text, "t.csv")


def test_a_line_of_several_lines_counts_from_its_first() -> None:
    text = 'Titre;Début\n"deux\nlignes";9h\nA;x\n'
    assert "t.csv, line 4, column Début" in refused(text, "t.csv")


def test_ten_thousand_lines_are_refused() -> None:
    assert "more than 5000 events" in refused("Titre;Salle\n" + "A;1\n" * 10_000, "t.csv")


def test_dates_and_times_of_a_sheet_are_its_numbers() -> None:
    raw = (
        "<table:table-row><table:table-cell><text:p>Titre</text:p></table:table-cell>"
        "<table:table-cell><text:p>Date</text:p></table:table-cell>"
        "<table:table-cell><text:p>Début</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>A<text:s/>B<text:line-break/>C</text:p>"
        '</table:table-cell><table:table-cell office:value-type="date"'
        ' office:date-value="2026-11-23"><text:p>lundi 23</text:p></table:table-cell>'
        '<table:table-cell office:value-type="time" office:time-value="PT09H05M00S">'
        "<text:p>neuf heures</text:p></table:table-cell></table:table-row>"
    )
    incoming = read(book(f"<table:table>{raw}</table:table>"), "t.ods")
    assert incoming.programme.date == "2026-11-23"
    (item,) = items(incoming)
    assert (item.title, item.start) == ("A B C", "09:05")


def test_a_cell_over_several_lines_counts_in_each() -> None:
    raw = (
        '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Débats</text:p>'
        "</table:table-cell><table:table-cell><text:p>A</text:p></table:table-cell>"
        "</table:table-row><table:table-row><table:covered-table-cell/><table:table-cell>"
        "<text:p>B</text:p></table:table-cell></table:table-row>"
    )
    (section,) = read(sheet(("Section", "Titre"), raw=raw), "t.ods").programme.sections
    assert (section.title, [item.title for item in section.items]) == ("Débats", ["A", "B"])


def test_the_sheet_that_names_columns_is_taken() -> None:
    first = (
        "<table:table table:name='Accueil'><table:table-row><table:table-cell><text:p>x</text:p>"
    )
    first += "</table:table-cell></table:table-row></table:table>"
    table = (
        "<table:table table:name='Programme'><table:table-row><table:table-cell><text:p>Titre"
        "</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell>"
        "<text:p>A</text:p></table:table-cell></table:table-row></table:table>"
    )
    incoming = read(book(first + table), "t.ods")
    assert [item.title for item in items(incoming)] == ["A"]
    assert "Sheets that are not taken: Accueil." in map(str, incoming.remarks)
