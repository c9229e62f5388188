"""A DOCX says what the note says, in styles that mean it (X1, X3, X4, X5, A6)."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import docx
import pytest
from docx.document import Document as Opened
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from server.export.docx_file import docx_file
from server.export.lines import Cell, Footnote, Kind, Line, Marks, Span
from server.export.nodes import Document
from server.export.office import About, address
from server.export.office_files import docx_of
from server.export.reader import read
from server.export.tree import tree
from tests.export.said import Said, parts_of, solid
from tests.export.test_day import DAY, LOCKED
from tests.export.test_fuzz import slow_start
from tests.export.typed import documents

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ABOUT = About("Titre", "En-tête")
NASTY = "]]></w:t><w:instrText>INCLUDETEXT file:///x</w:instrText>\"'&amp;\x00\x0b\ufffe<!ENTITY x>"
ALL = (
    "# A\n\nun **gras**, *fin*, ~~non~~, `code`, [ici](https://example.org/é?a=1&b=2)  \n"
    "ligne[^1]\n\n- un\n  1. deux\n  2. encore\n- trois\n\n1. autre\n\n"
    "- [x] fait\n- [ ] à faire\n\n> dit\n\n```py\n\n  a < b\n\tc\n```\n\n| a | b |\n|---|---|\n"
    "| c | d |\n\n___\n\n## B\n\n[^1]: bas"
)


def written(lines: list[Line]) -> bytes:
    return docx_file(tree(lines), ABOUT)


def opened(data: bytes) -> Opened:
    return docx.Document(BytesIO(data))


def styled(found: Opened, style: str) -> list[str]:
    return [one.text for one in found.paragraphs if one.style and one.style.name == style]


def body_text(part: etree._Element) -> str:
    """The characters of all paragraphs but those of the contents."""
    styles = f"{W}pPr/{W}pStyle"
    return solid(
        "".join(
            str(text.text or "")
            for paragraph in part.iter(f"{W}p")
            if not any(
                one.get(f"{W}val", "").startswith("TOC") for one in paragraph.iterfind(styles)
            )
            for text in paragraph.iter(f"{W}t")
        )
    )


@pytest.mark.promise("X5")
def test_every_kind_of_block_has_the_style_that_means_it() -> None:
    found = opened(written(read(ALL)))
    assert styled(found, "Title") == ["A"]
    assert styled(found, "Heading 1") == ["B"]
    [text] = styled(found, "Body Text")
    assert text == "un gras, fin, non, code, ici\nligne"
    runs = {run.text: run for one in found.paragraphs for run in one.runs}
    assert runs["gras"].bold
    assert runs["fin"].italic
    assert runs["non"].font.strike
    assert runs["code"].style.name == "Code Characters"
    [link] = [link for one in found.paragraphs for link in one.hyperlinks if link.url]
    assert (link.text, link.address) == ("ici", "https://example.org/%C3%A9?a=1&b=2")
    assert styled(found, "Quote") == ["dit"]
    assert styled(found, "Code") == ["\n  a < b\n\tc"]
    [table] = found.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["a", "b"], ["c", "d"]]
    assert table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None
    assert styled(found, "Horizontal Line") == [""]


@pytest.mark.promise("X5")
def test_lists_are_nested_numbered_and_begin_with_one() -> None:
    parts = parts_of(written(read(ALL)))
    kinds = {
        num.get(f"{W}numId"): num.find(f"{W}abstractNumId").get(f"{W}val")
        for num in parts["word/numbering.xml"].iter(f"{W}num")
    }
    items = []
    for one in parts["word/document.xml"].iter(f"{W}p"):
        if (of := one.find(f"{W}pPr/{W}numPr")) is not None:
            text = "".join(part.text or "" for part in one.iter(f"{W}t"))
            number = of.find(f"{W}numId").get(f"{W}val")
            items.append((text, of.find(f"{W}ilvl").get(f"{W}val"), kinds[number], number))
    assert [item[:3] for item in items] == [
        ("un", "0", "1"),
        ("deux", "1", "2"),
        ("encore", "1", "2"),
        ("trois", "0", "1"),
        ("autre", "0", "2"),
        ("☑\u00a0fait", "0", "3"),
        ("☐\u00a0à faire", "0", "3"),
    ]
    numbers = [number for _, _, kind, number in items if kind == "2"]
    assert numbers[0] == numbers[1] != numbers[2]


@pytest.mark.promise("X5")
def test_a_footnote_is_a_footnote() -> None:
    parts = parts_of(written(read(ALL)))
    [call] = parts["word/document.xml"].iter(f"{W}footnoteReference")
    [note] = [
        one
        for one in parts["word/footnotes.xml"].iter(f"{W}footnote")
        if one.get(f"{W}id") == call.get(f"{W}id")
    ]
    assert "".join(text.text or "" for text in note.iter(f"{W}t")).strip() == "bas"


@pytest.mark.promise("X1", "X4", "X5")
def test_a_day_is_whole_with_its_contents_and_says_what_it_is() -> None:
    data = docx_of(DAY, DAY, "all")
    found = opened(data)
    assert styled(found, "Heading 1")[:3] == ["Rencontres", "Vote", "Débats"]
    assert styled(found, "Heading 2") == ["Le garage", "La cantine", "Se loger"]
    assert styled(found, "toc 2") == ["Le garage", "La cantine", "Se loger"]
    assert "État\u00a0: Aucune note" in styled(found, "Last Fact")
    assert "Contribution tardive\u00a0: Idriss" in styled(found, "Label")
    assert styled(found, "Late contribution") == ["Et une grue."]
    assert [row.cells[1].text for row in found.tables[-1].rows][1:4] == styled(found, "Heading 2")
    about = found.core_properties
    assert (about.title, about.author, about.language) == (DAY.title, DAY.organiser, "fr-FR")
    assert about.created is not None
    assert about.created.date().isoformat() == DAY.date
    assert found.sections[0].header.paragraphs[0].text == DAY.title
    assert "PAGE" in etree.tostring(parts_of(data)["word/footer.xml"]).decode()
    [language] = parts_of(data)["word/styles.xml"].iter(f"{W}lang")
    assert language.get(f"{W}val") == "fr-FR"


@pytest.mark.promise("X5")
def test_what_is_known_comes_first_and_stays_with_its_note() -> None:
    day, note = opened(docx_of(DAY, DAY, "all")), opened(docx_of(DAY, LOCKED, "all"))
    assert styled(day, "Subtitle") == [DAY.subtitle]
    assert styled(note, "Subtitle") == []
    alone = styled(day, "Last Fact")
    assert alone == ["Date\u00a0: 23\u00a0novembre 2026", "État\u00a0: Aucune note"]
    two = replace(LOCKED, notes=tuple(read("avant\n\n# Un\n\n# Deux")))
    item = replace(DAY.sections[0].items[0], note=two)
    only = replace(DAY, sections=(replace(DAY.sections[0], items=(item,)),))
    order = [one.text for one in opened(docx_of(only, two, "all")).paragraphs]
    places = [order.index(said) for said in ("Salle\u00a0: 101", "Sommaire", "Notes", "avant")]
    assert places == sorted(places)


@pytest.mark.promise("X5")
def test_a_part_of_a_note_is_written() -> None:
    notes, conclusions = (
        "\n".join(one.text for one in opened(docx_of(DAY, LOCKED, part)).paragraphs)
        for part in ("notes", "conclusions")
    )
    assert "mécanicien·ne·s" in notes
    assert "deuxième" not in notes
    assert "deuxième" in conclusions
    assert "mécanicien·ne·s" not in conclusions
    section = opened(docx_of(DAY, DAY.sections[0], "all"))
    assert styled(section, "Title") == ["Rencontres"]


@pytest.mark.promise("X3")
def test_the_same_day_is_the_same_bytes() -> None:
    assert docx_of(DAY, DAY, "all") == docx_of(DAY, DAY, "all")


@pytest.mark.promise("A6")
@pytest.mark.parametrize("kind", ["paragraph", "h1", "bullet", "task", "code", "row"])
def test_what_is_typed_is_never_an_element(kind: str) -> None:
    marks = Marks(bold=True, link=f"https://example.org/{NASTY}")
    spans = (Span(NASTY, marks), Span(Cell()), Span(Footnote(NASTY)), Span(NASTY))
    parts = parts_of(written([Line(kind=kind, lang="py", spans=spans)]))  # type: ignore[arg-type]
    names = {etree.QName(one).localname for part in parts.values() for one in part.iter()}
    assert "instrText" not in names
    body = parts["word/document.xml"]
    assert "".join(str(one.text) for one in body.iter(f"{W}t")).count("INCLUDETEXT") >= 2
    for name, part in parts.items():
        for relation in part.iter("{*}Relationship"):
            if relation.get("TargetMode") == "External":
                assert relation.get("Type", "").endswith("/hyperlink"), name
                assert relation.get("Target", "").startswith("https://example.org/")


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://example.org/a b?c=[d]#e#f", "https://example.org/a%20b?c=%5Bd%5D#e%23f"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("HTTPS://exämple.org", "https://ex%C3%A4mple.org"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("mailto:a@b.org?subject=É", "mailto:a@b.org?subject=%C3%89"),
        ('http://"<x>', ""),
        ("http://[x", ""),
        ("http://a:99999999/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_an_address_is_one_that_word_accepts(href: str, expected: str) -> None:
    assert address(href) == expected
    assert urlsplit(expected).scheme in ("", "http", "https", "mailto")


def test_a_link_that_cannot_be_one_is_still_to_be_read() -> None:
    found = opened(written([Line(spans=(Span("là", Marks(link='http://"<x>')),))]))
    assert found.paragraphs[0].text == 'là (http://"<x>)'


def test_a_table_is_never_wider_than_word_opens() -> None:
    spans = [span for at in range(70) for span in (Span(str(at)), Span(Cell()))]
    [table] = opened(written([Line(kind="row", spans=tuple(spans))])).tables
    assert len(table.columns) == 63
    assert table.rows[0].cells[-1].text.startswith("62 | 63 | 64")


@pytest.mark.promise("A6", "X4")
@given(documents)
@slow_start
def test_whatever_people_write_is_read_back(typed: list[Line]) -> None:
    document = tree(typed)
    said = Said(document.children)
    parts = parts_of(docx_file(document, ABOUT))
    assert body_text(parts["word/document.xml"]) == said.text
    notes = [one for one in parts["word/footnotes.xml"] if not one.get(f"{W}type")]
    texts = [solid("".join(part.text or "" for part in one.iter(f"{W}t"))) for one in notes]
    assert texts == said.footnotes


@pytest.mark.promise("X4")
def test_real_french_notes_keep_every_character(data: Path) -> None:
    notes = sorted((data / "notes-fr").rglob("*.md"))
    assert notes
    for path in notes:
        document: Document = tree(read(path.read_text("utf-8")))
        parts = parts_of(docx_file(document, ABOUT))
        assert body_text(parts["word/document.xml"]) == Said(document.children).text, path.name


@pytest.mark.promise("A6", "X4")
@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["paragraph", "code", "row"]))
@slow_start
def test_any_text_is_xml(typed: str, kind: Kind) -> None:
    spans = (Span(typed), Span(Cell()), Span(typed, Marks(code=True)), Span(Footnote(typed)))
    document = tree([Line(kind=kind, spans=spans)])
    parts = parts_of(docx_file(document, ABOUT))
    assert body_text(parts["word/document.xml"]) == Said(document.children).text


@pytest.mark.promise("A6")
def test_the_programme_is_text_too() -> None:
    found = opened(docx_of(replace(DAY, title=NASTY, organiser=NASTY, subtitle=NASTY), DAY, "all"))
    cleaned = re.sub("[\x00\ufffe]", "", NASTY).replace("\x0b", " ")
    assert found.core_properties.author == cleaned
    assert found.sections[0].header.paragraphs[0].text == cleaned
