"""LibreOffice makes of a DOCX and an ODT what we mean, and keeps every character (X4, X5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.export.docx_file import docx_file
from server.export.odt_file import odt_file
from server.export.office import About
from server.export.office_files import docx_of, odt_of
from server.export.reader import read
from server.export.tree import tree
from tests.export.libreoffice import ODF, OFFICE, STYLE, TEXT, Flat, converted
from tests.export.said import Said, solid
from tests.export.test_day import DAY, LOCKED
from tests.export.test_docx import ALL
from tests.export.test_odt import LINK, TABLE, words

pytestmark = [
    pytest.mark.skipif(
        OFFICE is None, reason="needs LibreOffice (the package libreoffice-writer-nogui)"
    ),
    pytest.mark.promise("X5"),
]
WRITERS = {"docx": docx_file, "odt": odt_file}
OF = {"docx": docx_of, "odt": odt_of}
ABOUT = About(title="Une note", header="Une note")
FO = f"{{{ODF}:xsl-fo-compatible:1.0}}"
BOTH = pytest.mark.parametrize("form", WRITERS)
FRENCH = "«\u00a0L’été\u00a0», dit‑elle\u202f; 10\u202f000\u00a0€ — cœur… n\u00ba\u00a01\u202f?"


Flats = dict[tuple[str, str], Flat]


@pytest.fixture(scope="module")
def flats(tmp_path_factory: pytest.TempPathFactory) -> Flats:
    """What there is to read, by form and by name."""
    folder = tmp_path_factory.mktemp("flat")
    files: dict[tuple[str, str], Path] = {}
    for form in WRITERS:
        made = {
            "kinds": WRITERS[form](tree(read(ALL)), ABOUT),
            "french": WRITERS[form](tree(read(f"# {FRENCH}\n\n{FRENCH}\n\n- {FRENCH}")), ABOUT),
            "day": OF[form](DAY, DAY, "all"),
            "note": OF[form](DAY, LOCKED, "all"),
        }
        for name, data in made.items():
            # Not two of one name: what LibreOffice makes of them has one ending.
            files[form, name] = folder / f"{form}-{name}.{form}"
            files[form, name].write_bytes(data)
    return dict(zip(files, map(Flat, converted(files.values(), "fodt")), strict=True))


def printed(text: str) -> str:
    """Every character but the blanks that a line may end at: French ones stay."""
    return re.sub(r"[ \t\n]+", "", text)


def paragraphs(flat: Flat) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The words, the style and the look of every paragraph and heading, in their order."""
    for one in flat.body.iter(f"{TEXT}p", f"{TEXT}h"):
        if flat.kind(one) != "Footnote":
            yield words(one).strip(), flat.kind(one), flat.look(one)


@BOTH
def test_every_kind_of_block_is_what_it_is_called(form: str, flats: Flats) -> None:
    flat = flats[form, "kinds"]
    kinds = {said: kind for said, kind, _ in paragraphs(flat)}
    assert kinds["A"] == "Title"
    assert kinds["un gras, fin, non, code, ici\nligne"] == "Text body"
    assert kinds["dit"] in ("Quote", "Quotations")
    assert kinds["a < b\n\tc"] in ("Code", "Preformatted Text")
    [heading] = flat.body.iter(f"{TEXT}h")
    assert (flat.kind(heading), heading.get(f"{TEXT}outline-level")) == ("Heading 1", "1")
    looks = {words(one): flat.look(one) for one in flat.body.iter(f"{TEXT}span")}
    assert looks["gras"]["font-weight"] == "bold"
    assert looks["fin"]["font-style"] == "italic"
    assert looks["non"]["text-line-through-style"] == "solid"
    assert "Courier" in looks["code"].get("font-name", "")
    [link] = flat.body.iter(f"{TEXT}a")
    assert (words(link), link.get(LINK, "").replace("%C3%A9", "é")) == (
        *("ici", "https://example.org/é?a=1&b=2"),
    )
    [footnote] = flat.body.iter(f"{TEXT}note")
    assert footnote.get(f"{TEXT}note-class") == "footnote"
    [table] = flat.body.iter(f"{TABLE}table")
    [head] = table.iter(f"{TABLE}table-header-rows")
    assert [words(one) for one in head.iter(f"{TEXT}p")] == ["a", "b"]
    assert [words(one) for one in table.iter(f"{TEXT}p")] == ["a", "b", "c", "d"]


@BOTH
def test_items_have_their_signs(form: str, flats: Flats) -> None:
    flat = flats[form, "kinds"]
    items = [one for one in flat.body.iter(f"{TEXT}p") if one.getparent().tag == f"{TEXT}list-item"]
    assert [(flat.sign(one), words(one)) for one in items] == [
        *(("•", "un"), ("1", "deux"), ("1", "encore"), ("•", "trois"), ("1", "autre")),
        *(("", "☑\u00a0fait"), ("", "☐\u00a0à faire")),
    ]
    for one in items:
        assert flat.look(one).get("keep-with-next") != "always"


@pytest.mark.promise("X4")
@BOTH
def test_french_blanks_and_signs_stay(form: str, flats: Flats) -> None:
    assert [said for said, _, _ in paragraphs(flats[form, "french"])] == [FRENCH] * 3


@BOTH
def test_the_document_says_what_it_is(form: str, flats: Flats) -> None:
    root = flats[form, "day"].root
    assert [one.text for one in root.iter("{http://purl.org/dc/elements/1.1/}title")] == [DAY.title]
    creator = f"{{{ODF}:meta:1.0}}initial-creator"
    assert [one.text for one in root.iter(creator)] == [DAY.organiser]
    [language] = root.iter("{http://purl.org/dc/elements/1.1/}language")
    assert language.text == "fr-FR"
    spoken = {
        (one.get(f"{FO}language"), one.get(f"{FO}country"))
        for one in root.iter(f"{STYLE}text-properties")
        if one.get(f"{FO}language")
    }
    assert ("fr", "FR") in spoken
    assert {language for language, _ in spoken} <= {"fr", "none"}
    headers = {words(one).strip() for one in root.iter(f"{STYLE}header")}
    assert headers == {DAY.title}
    [footer] = root.iter(f"{STYLE}footer")
    assert len([*footer.iter(f"{TEXT}page-number", f"{TEXT}page-count")]) == 2


@BOTH
def test_a_heading_stays_with_what_follows(form: str, flats: Flats) -> None:
    """A heading, what is known of the item, and the first lines of its note: never a page apart."""
    flat = flats[form, "day"]
    kept = [
        (said, kind, look.get("keep-with-next") == "always")
        for said, kind, look in paragraphs(flat)
        if re.match("Heading|Facts|Last Fact|Label|Late Label", kind)
    ]
    assert ("Salle\u00a0: 101", "Facts", True) in kept
    assert ("Contribution tardive\u00a0: Idriss", True) in [(said, keep) for said, _, keep in kept]
    assert [said for said, _, keep in kept if not keep] == [
        # The programme begins after the first of them, and another item after the second.
        *("Date\u00a0: 23\u00a0novembre 2026", "État\u00a0: Aucune note"),
    ]
    for said, kind, look in paragraphs(flat):
        if kind in ("Text body", "List Contents", "List Paragraph"):
            assert (look["orphans"], look["widows"]) == ("2", "2"), said
    rows = {one.get(f"{TABLE}style-name") for one in flat.body.iter(f"{TABLE}table-row")}
    together = {
        one.get(f"{STYLE}name")
        for one in flat.root.iter(f"{STYLE}style")
        for properties in one.iter(f"{STYLE}table-row-properties")
        if properties.get(f"{FO}keep-together") == "always"
    }
    assert rows <= together


@BOTH
def test_what_came_late_stands_in_a_frame_of_its_own(form: str, flats: Flats) -> None:
    late = [look for said, _, look in paragraphs(flats[form, "day"]) if said == "Et une grue."]
    assert "double" in late[0]["border-left"]
    assert not late[0]["margin-left"].startswith("0in")


@BOTH
def test_the_title_says_the_subtitle_and_the_contents_come_before_the_note(
    form: str, flats: Flats
) -> None:
    kinds = [(said, kind) for said, kind, _ in paragraphs(flats[form, "day"])]
    assert kinds[:2] == [(DAY.title, "Title"), (DAY.subtitle, "Subtitle")]
    order = [said for said, _, _ in paragraphs(flats[form, "note"])]
    places = [order.index(said) for said in ("Salle\u00a0: 101", "Notes")]
    assert places == sorted(places)
    assert "Subtitle" not in [kind for _, kind, _ in paragraphs(flats[form, "note"])]


def test_the_contents_of_an_odt_name_the_pages_that_headings_stand_on(flats: Flats) -> None:
    flat = flats["odt", "day"]
    [contents] = flat.body.iter(f"{TEXT}table-of-content")
    kinds = {flat.kind(one) for one in contents.iter(f"{TEXT}p")}
    assert kinds == {"Contents Heading", "Contents 1", "Contents 2"}
    marked = {
        mark.get(f"{TEXT}name"): words(heading)
        for heading in flat.body.iter(f"{TEXT}h")
        for mark in heading.iter(f"{TEXT}bookmark")
    }
    pages = [*contents.iter(f"{TEXT}bookmark-ref")]
    assert len(pages) == 8
    for page in pages:
        assert page.get(f"{TEXT}reference-format") == "page"
        line = "".join(page.getparent().itertext())
        assert line.split("\t")[0].strip() == marked[page.get(f"{TEXT}ref-name")]


@BOTH
def test_libreoffice_reads_the_whole_day(form: str, flats: Flats) -> None:
    body = flats[form, "day"].body
    headings = [(one.get(f"{TEXT}outline-level"), words(one)) for one in body.iter(f"{TEXT}h")]
    assert [title for level, title in headings if level == "2"] == [
        *("Le garage", "La cantine", "Se loger")
    ]
    assert ("3", "À faire") in headings
    notes = ["".join(one.itertext()).strip() for one in body.iter(f"{TEXT}note-body")]
    assert notes == ["Et deux apprenti·e·s.", "Petite."]
    [table] = body.iter(f"{TABLE}table")
    assert len(list(table.iter(f"{TABLE}table-row"))) == 6
    assert len(list(table.iter(f"{TABLE}table-header-rows"))) == 1
    items = [words(one).strip() for one in body.iter(f"{TEXT}list-item")]
    assert {"un menu", "un camion", "☑\u00a0un pont"} <= set(items)
    text, at = solid(words(body)), 0
    for said in (
        *("Vivre # ensemble", "Maison des associations", "Sommaire", "Rencontres", "Le garage"),
        *("Combien ?", "mécanicien·ne·s", "À faire", "☑ un pont", "deuxième pont"),
        *("Contribution tardive\u00a0: Idriss", "Et une grue", "La cantine", "un menu", "Vote"),
        *("Débats", "Se loger", "Aucune note", "Merci.", "Récapitulatif", "Verrouillée"),
    ):
        at = text.index(solid(said), at)


@pytest.mark.promise("X4")
@BOTH
def test_real_french_notes_come_out_of_libreoffice_as_they_are(
    form: str, data: Path, tmp_path: Path
) -> None:
    notes = sorted([*(data / "notes-fr").rglob("*.md"), *(data / "day" / "notes").glob("*.md")])
    assert notes
    documents = [tree(read(path.read_text("utf-8"))) for path in notes]
    files = [tmp_path / f"{number}.{form}" for number in range(len(notes))]
    for document, file in zip(documents, files, strict=True):
        file.write_bytes(WRITERS[form](document, ABOUT))
    flats = converted(files, "fodt")
    for note, document, flat in zip(notes, documents, flats, strict=True):
        body = Flat(flat).body
        for contents in [*body.iter(f"{TEXT}table-of-content")]:
            # It says the headings again. Its own heading is in it, and in a DOCX before it.
            heading = contents.getprevious()
            if form == "docx" and heading is not None:
                assert words(heading) == "Sommaire"
                heading.clear(keep_tail=True)
            contents.clear(keep_tail=True)
        told, said = printed(words(body)), Said(document.children, printed)
        assert re.sub("([☐☑])\u00a0", r"\1", told) == said.text, note.name
        footnotes = ["".join(one.itertext()) for one in body.iter(f"{TEXT}note-body")]
        assert list(map(printed, footnotes)) == said.footnotes, note.name


@BOTH
def test_libreoffice_makes_a_pdf_of_it(form: str, tmp_path: Path) -> None:
    (tmp_path / f"day.{form}").write_bytes(OF[form](DAY, DAY, "all"))
    [pdf] = converted([tmp_path / f"day.{form}"], "pdf")
    made = pdf.read_bytes()
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type/Page/") >= 2
    assert b"/Lang(fr-FR)" in made
