"""An ODT says what the note says, in styles that mean it (X1, X3, X4, X5, A6)."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import odfdo
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from server.export.lines import Cell, Footnote, Kind, Line, Marks, Span
from server.export.odt_file import odt_file
from server.export.office_files import odt_of
from server.export.reader import read
from server.export.tree import tree
from tests.export.said import Said, parts_of, solid
from tests.export.test_day import DAY, LOCKED
from tests.export.test_docx import ABOUT, ALL, NASTY
from tests.export.test_fuzz import slow_start
from tests.export.typed import documents

ODF = "urn:oasis:names:tc:opendocument:xmlns"
TEXT = f"{{{ODF}:text:1.0}}"
TABLE = f"{{{ODF}:table:1.0}}"
LINK = "{http://www.w3.org/1999/xlink}href"


def written(lines: list[Line]) -> bytes:
    return odt_file(tree(lines), ABOUT)


def opened(data: bytes) -> odfdo.Document:
    return odfdo.Document(BytesIO(data))


def content(data: bytes) -> etree._Element:
    return parts_of(data)["content.xml"]


def words(element: etree._Element) -> str:
    """Its text, with the elements that stand for blanks."""
    blanks = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
    out = element.text or ""
    for child in element:
        name = str(child.tag)
        if name in blanks:
            out += blanks[name] * int(child.get(f"{TEXT}c", "1"))
        elif name != f"{TEXT}note":
            out += words(child)
        out += child.tail or ""
    return out


def styled(data: bytes, style: str) -> list[str]:
    return [words(one) for one in content(data).iter(f"{TEXT}p") if one.get(STYLE) == style]


STYLE = f"{TEXT}style-name"


@pytest.mark.promise("X5")
def test_every_kind_of_block_has_the_style_that_means_it() -> None:
    data = written(read(ALL))
    assert styled(data, "Title") == ["A"]
    assert [(one.level, one.text_recursive) for one in opened(data).body.headers] == [("1", "B")]
    assert styled(data, "Text_20_body") == ["un gras, fin, non, code, ici\nligne"]
    spans = {words(one): one.get(STYLE) for one in content(data).iter(f"{TEXT}span")}
    assert spans == {"gras": "B", "fin": "I", "non": "S", "code": "C"}
    [link] = content(data).iter(f"{TEXT}a")
    assert (words(link), link.get(LINK)) == ("ici", "https://example.org/%C3%A9?a=1&b=2")
    assert styled(data, "Quotations") == ["dit"]
    assert styled(data, "Preformatted_20_Text") == ["\n  a < b\n\tc"]
    assert styled(data, "Horizontal_20_Line") == [""]
    [table] = opened(data).body.tables
    assert table.get_values() == [["a", "b"], ["c", "d"]]
    [head] = content(data).iter(f"{TABLE}table-header-rows")
    assert [words(cell) for cell in head.iter(f"{TEXT}p")] == ["a", "b"]


@pytest.mark.promise("X5")
def test_lists_are_nested_and_of_their_kind() -> None:
    lists = [
        (one.get(STYLE), [words(item) for item in one])
        for one in content(written(read(ALL))).iter(f"{TEXT}list")
    ]
    assert lists == [
        ("Bullets", ["undeuxencore", "trois"]),
        ("Numbers", ["deux", "encore"]),
        ("Numbers", ["autre"]),
        ("Tasks", ["☑\u00a0fait", "☐\u00a0à faire"]),
    ]


def test_a_list_goes_on_after_a_table_in_it() -> None:
    text = (
        "1. un\n   - deux\n\n     | a |\n     |---|\n     | b |\n\n     suite\n   - trois\n2. fin\n"
    )
    body = content(written(read(text)))
    [table] = body.iter(f"{TABLE}table")
    assert f"{TEXT}list" not in {one.tag for one in table.iterancestors()}
    before, after = table.getprevious(), table.getnext()
    assert after.get(f"{TEXT}continue-numbering") == "true"
    assert [words(one) for one in before.iter(f"{TEXT}p")] == ["un", "deux"]
    assert [words(one) for one in after.iter(f"{TEXT}p")] == ["suite", "trois", "fin"]
    assert len(list(after.iter(f"{TEXT}list-header"))) == 2


@pytest.mark.promise("X5")
def test_a_footnote_is_a_footnote() -> None:
    [note] = opened(written(read(ALL))).body.get_notes()
    assert (note.note_class, note.note_body.strip()) == ("footnote", "bas")


@pytest.mark.promise("X1", "X4", "X5")
def test_a_day_is_whole_with_its_contents_and_says_what_it_is() -> None:
    data = odt_of(DAY, DAY, "all")
    found = opened(data)
    headings = [(int(one.level), one.text_recursive) for one in found.body.headers]
    assert [one for level, one in headings if level == 1][:3] == ["Rencontres", "Vote", "Débats"]
    items = ["Le garage", "La cantine", "Se loger"]
    assert [one for level, one in headings if level == 2] == items
    assert styled(data, "Contents_20_2") == [f"{item}\t" for item in items]
    assert "État\u00a0: Aucune note" in styled(data, "Last_20_Fact")
    assert styled(data, "Late_20_Label") == ["Contribution tardive\u00a0: Idriss"]
    assert styled(data, "Late") == ["Et une grue."]
    assert [row[1] for row in found.body.tables[-1].get_values()][1:4] == items
    about = found.meta
    assert (about.title, about.creator, about.language) == (DAY.title, DAY.organiser, "fr-FR")
    assert about.creation_date is not None
    assert about.creation_date.date().isoformat() == DAY.date
    styles = parts_of(data)["styles.xml"]
    header, footer = (
        words(next(styles.iter(f"{{{ODF}:style:1.0}}{name}"))) for name in ("header", "footer")
    )
    assert (header, footer) == (DAY.title, "1 / 1")


@pytest.mark.promise("X5")
def test_what_is_known_comes_first_and_stays_with_its_note() -> None:
    day, note = odt_of(DAY, DAY, "all"), odt_of(DAY, LOCKED, "all")
    assert styled(day, "Subtitle") == [DAY.subtitle]
    assert styled(note, "Subtitle") == []
    alone = styled(day, "Last_20_Fact")
    assert alone == ["Date\u00a0: 23\u00a0novembre 2026", "État\u00a0: Aucune note"]


def test_lists_and_tables_of_a_frame_stand_behind_its_line() -> None:
    body = content(written(read("> - dit\n>   1. encore\n>\n> | a |\n> |---|\n> | b |\n\n- un\n")))
    assert [one.get(STYLE) for one in body.iter(f"{TEXT}list")] == [
        *("Inset_20_Bullets", "Inset_20_Numbers", "Bullets")
    ]
    [table] = body.iter(f"{TABLE}table")
    assert table.get(f"{TABLE}style-name") == "Inset_20_Table"


@pytest.mark.promise("X5")
def test_every_style_that_is_used_is_there() -> None:
    every = ALL + "\n\n> - dit\n>\n> | a |\n> |---|\n> | b |\n"
    parts = parts_of(odt_of(DAY, DAY, "all"))
    parts |= {f"all {name}": part for name, part in parts_of(written(read(every))).items()}
    name = f"{{{ODF}:style:1.0}}name"
    there = {one.get(name) for part in parts.values() for one in part.iter() if one.get(name)}
    names = (STYLE, f"{TABLE}style-name")
    used = {one.get(by) for part in parts.values() for one in part.iter() for by in names} - {None}
    assert used <= there


@pytest.mark.promise("X5")
def test_a_part_of_a_note_is_written() -> None:
    notes, conclusions = (
        opened(odt_of(DAY, LOCKED, part)).get_formatted_text() for part in ("notes", "conclusions")
    )
    assert "mécanicien·ne·s" in notes
    assert "deuxième" not in notes
    assert "deuxième" in conclusions
    assert "mécanicien·ne·s" not in conclusions


@pytest.mark.promise("X3")
def test_the_same_day_is_the_same_bytes_and_begins_with_its_type() -> None:
    data = odt_of(DAY, DAY, "all")
    assert data == odt_of(DAY, DAY, "all")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
    assert data[38:77] == b"application/vnd.oasis.opendocument.text"


@pytest.mark.promise("A6")
@pytest.mark.parametrize("kind", ["paragraph", "h1", "bullet", "task", "code", "row"])
def test_what_is_typed_is_never_an_element(kind: str) -> None:
    nasty = f"</text:p><text:script/>{NASTY}"
    marks = Marks(bold=True, link=f"https://example.org/{nasty}")
    spans = (Span(nasty, marks), Span(Cell()), Span(Footnote(nasty)), Span(nasty))
    body = content(written([Line(kind=kind, lang="py", spans=spans)]))  # type: ignore[arg-type]
    assert not list(body.iter(f"{TEXT}script"))
    assert "".join(body.itertext()).count("INCLUDETEXT") == 3
    for one in body.iter():
        if one.get(LINK) is not None:
            assert one.tag == f"{TEXT}a"
            assert one.get(LINK, "").startswith("https://example.org/")


@pytest.mark.promise("A6", "X4")
@given(documents)
@slow_start
def test_whatever_people_write_is_read_back(typed: list[Line]) -> None:
    document = tree(typed)
    check_text(content(odt_file(document, ABOUT)), Said(document.children))


@pytest.mark.promise("X4")
def test_real_french_notes_keep_every_character(data: Path) -> None:
    notes = sorted((data / "notes-fr").rglob("*.md"))
    assert notes
    for path in notes:
        document = tree(read(path.read_text("utf-8")))
        check_text(content(odt_file(document, ABOUT)), Said(document.children))


@pytest.mark.promise("A6", "X4")
@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["paragraph", "code", "row"]))
@slow_start
def test_any_text_is_xml_with_all_its_blanks(typed: str, kind: Kind) -> None:
    spans = (Span(typed), Span(Cell()), Span(typed, Marks(code=True)), Span(Footnote(typed)))
    document = tree([Line(kind=kind, spans=spans)])
    data = odt_file(document, ABOUT)
    check_text(content(data), Said(document.children))
    if kind == "code":
        assert styled(data, "Preformatted_20_Text") == [block.text for block in document.children]


@pytest.mark.promise("A6")
def test_the_programme_is_text_too() -> None:
    data = odt_of(replace(DAY, title=NASTY, organiser=NASTY, subtitle=NASTY), DAY, "all")
    cleaned = re.sub("[\x00\ufffe]", "", NASTY).replace("\x0b", " ")
    assert opened(data).meta.creator == cleaned
    header = next(parts_of(data)["styles.xml"].iter(f"{{{ODF}:style:1.0}}header"))
    assert words(header) == cleaned


def check_text(found: etree._Element, said: Said) -> None:
    bodies = [
        solid("".join(map(words, one.iter(f"{TEXT}p")))) for one in found.iter(f"{TEXT}note-body")
    ]
    assert bodies == said.footnotes
    for index in list(found.iter(f"{TEXT}table-of-content")):
        index.getparent().remove(index)
    assert solid(words(found)) == said.text
