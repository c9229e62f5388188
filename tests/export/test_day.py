"""A day as one document: complete, in order, marked, the same bytes each time (X1, X3, X5)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from server.export.archive import archived
from server.export.day import (
    ExportDay,
    ExportItem,
    ExportLate,
    ExportLock,
    ExportNote,
    ExportPerson,
    ExportSection,
)
from server.export.files import (
    day_files,
    day_markdown,
    file_name,
    note_markdown,
    section_markdown,
)
from server.export.lines import Line, Span
from server.export.reader import read, read_note
from server.export.tree import tree

GOLDEN = Path(__file__).parent / "golden"
AT = 1795432500000
"""23 November 2026, 11:15 UTC: 12 h 15 in Paris."""


def note(id: str, position: int, notes: str = "", conclusions: str = "") -> ExportNote:
    return ExportNote(id, position, tuple(read(notes)), tuple(read(conclusions)))


LOCKED = replace(
    note(
        "n1",
        42,
        "# Le garage\n\nTrois mécanicien·ne·s[^1].\n\n## À faire\n\n- [x] un pont\n\n"
        "[^1]: Et deux apprenti·e·s.",
        "Il faut un *deuxième* pont.",
    ),
    lock=ExportLock("Léa *Morel*", AT, "synthèse faite"),
    late=(ExportLate("Idriss", tuple(read("Et une grue[^1].\n\n[^1]: Petite."))),),
    authors=("Léa *Morel*", "Idriss"),
)
OPEN = note("n2", 7, "• un menu\n• un camion")
EMPTY = note("n3", 1)
DAY = ExportDay(
    id="d",
    title="Vivre # ensemble",
    subtitle="1. Débattre",
    organiser="Région_Brenne_",
    place="Maison des associations",
    date="2026-11-23",
    sections=(
        ExportSection(
            "s1",
            "Rencontres",
            (
                ExportItem(
                    "Le garage",
                    LOCKED,
                    room="101",
                    start="10:45",
                    end="11:30",
                    people=(ExportPerson("Yannick <b>", "Garage"), ExportPerson("", "Ville")),
                    questions=("Combien ?", "* Quand ?"),
                ),
                ExportItem("La cantine", OPEN, people=(ExportPerson("Fatou", ""),)),
            ),
        ),
        ExportSection("s2", "Vote"),
        ExportSection("s3", "Débats", (ExportItem("Se loger", EMPTY, start="14:00"),)),
    ),
    conclusion=note("n4", 2, "", "Merci."),
)


@pytest.mark.promise("X1")
@pytest.mark.parametrize("part", ["all", "notes", "conclusions"])
def test_the_day_is_what_was_agreed(part: str) -> None:
    expected = (GOLDEN / f"day-{part}.md").read_text()
    assert day_markdown(DAY, part) == expected  # type: ignore[arg-type]


@pytest.mark.promise("X1")
def test_every_item_is_there_in_order_with_its_state() -> None:
    text = day_markdown(DAY)
    places = [text.index(f"### {item.title}\n") for _, item in DAY.items()]
    assert places == sorted(places)
    assert (
        "État\u00a0: Verrouillée à 12\u00a0h\u00a015 par Léa \\*Morel\\*\u00a0: synthèse faite"
        in text
    )
    assert text.count("État\u00a0: Ouverte") == 2
    assert text.count("État\u00a0: Aucune note") == 1
    assert "Aucun point dans cette partie." in text
    assert text.index("## Récapitulatif") > places[-1]


@pytest.mark.promise("X1")
def test_the_manifest_counts_every_note() -> None:
    rows = [
        line.split(" | ") for line in day_markdown(DAY).split("## Récapitulatif")[1].splitlines()
    ]
    numbers = {row[1]: row[3:6] for row in rows if len(row) > 5}
    assert numbers["Le garage"] == ["11", "5", "42"]
    assert numbers["Se loger"] == ["0", "0", "1"]
    assert numbers["Conclusion de la journée"] == ["0", "1", "2"]


@pytest.mark.promise("X1")
def test_a_note_that_cannot_be_read_is_not_passed_over() -> None:
    broken = replace(EMPTY, unreadable=True)
    day = replace(DAY, conclusion=broken)
    assert "Illisible : le contenu est conservé" in day_markdown(day)


@pytest.mark.promise("X1")
def test_a_locked_note_without_words_says_both() -> None:
    locked = replace(EMPTY, lock=ExportLock("Léa", AT + 86_400_000))
    text = day_markdown(replace(DAY, conclusion=locked))
    said = "Verrouillée le 24\u00a0novembre 2026 à 12\u00a0h\u00a015 par Léa"
    assert f"- État\u00a0: {said}\n  - Aucune note\n" in text


@pytest.mark.promise("X3")
def test_same_day_same_bytes() -> None:
    assert day_markdown(DAY) == day_markdown(replace(DAY))
    assert archived(day_files(DAY)) == archived(day_files(replace(DAY)))


@pytest.mark.promise("X5")
def test_parts() -> None:
    notes, conclusions = day_markdown(DAY, "notes"), day_markdown(DAY, "conclusions")
    assert "mécanicien" in notes
    assert "deuxième" not in notes
    assert "mécanicien" not in conclusions
    assert "deuxième" in conclusions
    section = section_markdown(DAY, DAY.sections[0])
    assert "### La cantine" in section
    assert "Se loger" not in section


@pytest.mark.promise("X5")
def test_an_archive_has_one_file_per_item() -> None:
    with zipfile.ZipFile(io.BytesIO(archived(day_files(DAY)))) as archive:
        names = archive.namelist()
        first = archive.read(names[0]).decode()
    assert names == [
        "01-rencontres/01-le-garage.md",
        "01-rencontres/02-la-cantine.md",
        "03-debats/01-se-loger.md",
        "04-conclusion-de-la-journee.md",
        "05-recapitulatif.md",
    ]
    front = yaml.safe_load(first.split("---\n")[1])
    assert front["title"] == "Le garage"
    assert front["people"] == ["Yannick <b>, Garage", "Ville"]
    assert (front["state"], front["position"]) == ("locked", 42)


@pytest.mark.promise("X7")
def test_the_file_of_a_note_is_that_note_again() -> None:
    for each in DAY.notes():
        found = read_note(note_markdown(DAY, each))
        assert tree(found.notes) == tree(each.notes)
        assert tree(found.conclusions) == tree(each.conclusions)
    found = read_note(note_markdown(DAY, LOCKED, "conclusions"))
    assert (found.notes, tree(found.conclusions)) == ((), tree(LOCKED.conclusions))


@pytest.mark.promise("A6")
def test_a_comment_typed_into_a_note_is_no_marker() -> None:
    typed = Line(spans=(Span("<!-- calepin: conclusions -->"),))
    each = replace(OPEN, notes=(typed, Line(spans=(Span("suite"),))))
    found = read_note(note_markdown(replace(DAY, conclusion=each), each))
    assert found.notes == each.notes
    assert found.conclusions == ()


@pytest.mark.promise("A6")
def test_words_of_the_programme_are_text() -> None:
    html = MarkdownIt("commonmark").enable("table").render(day_markdown(DAY).split("---\n", 2)[2])
    assert "<b>" not in html
    assert "<em>Morel" not in html
    assert "<h1>Vivre # ensemble</h1>" in html
    assert "<p>1. Débattre</p>" in html
    assert "Région_Brenne_" in html


def test_front_matter_is_yaml_whatever_the_title() -> None:
    title = 'Le "mot" : \\ — \u2028 été\t#'
    front = yaml.safe_load(day_markdown(replace(DAY, title=title)).split("---\n")[1])
    assert front["title"] == 'Le "mot" : \\ —   été\t#'


def test_a_day_in_english() -> None:
    text = day_markdown(replace(DAY, language="en-GB"))
    assert "- State: Locked at 12:15 by Léa \\*Morel\\*: synthèse faite" in text
    assert "- Time: 10:45 – 11:30" in text
    assert "- Date: 23 November 2026" in text


def test_headings_go_under_their_item() -> None:
    text = day_markdown(DAY)
    assert "\n#### À faire\n" in text
    assert text.count("# Le garage\n") == 1


def test_names_of_files() -> None:
    assert file_name("L’été — œuvre nº 1 ?", "md") == "l-ete-oeuvre-no-1.md"
    assert file_name("…", "md") == "note.md"
