"""LibreOffice, which shares nothing with our writers, makes pages of them (X5)."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import etree

from server.export.docx_file import docx_file
from server.export.odt_file import odt_file
from server.export.office import About
from server.export.office_files import docx_of, odt_of
from server.export.reader import read
from server.export.tree import tree
from tests.export.said import Said, solid
from tests.export.test_day import DAY
from tests.export.test_odt import ODF, TABLE, TEXT, words

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.skipif(
        OFFICE is None, reason="needs LibreOffice (the package libreoffice-writer-nogui)"
    ),
    pytest.mark.promise("X5"),
]
WRITERS = {"docx": docx_file, "odt": odt_file}


def converted(files: Iterable[Path], into: str) -> list[Path]:
    """What LibreOffice makes of files, beside them: all of one start, which takes a second."""
    paths = list(files)
    folder = paths[0].parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ("--headless", profile, "--convert-to", into, "--outdir", str(folder))
    command = [str(OFFICE), *options, *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [path.with_suffix(f".{into}") for path in paths]


def read_flat(path: Path) -> etree._Element:
    """The text of a document that LibreOffice wrote as one XML."""
    found = etree.parse(path, etree.XMLParser(huge_tree=True)).getroot()
    [body] = found.iter(f"{{{ODF}:office:1.0}}text")
    return body


def printed(text: str) -> str:
    """Every character but the blanks that a line may end at: French ones stay."""
    return re.sub(r"[ \t\n]+", "", text)


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_libreoffice_reads_the_whole_day(form: str, tmp_path: Path) -> None:
    data = {"docx": docx_of, "odt": odt_of}[form](DAY, DAY, "all")
    (tmp_path / f"day.{form}").write_bytes(data)
    [flat] = converted([tmp_path / f"day.{form}"], "fodt")
    body = read_flat(flat)
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
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_real_french_notes_come_out_of_libreoffice_as_they_are(
    form: str, data: Path, tmp_path: Path
) -> None:
    notes = sorted([*(data / "notes-fr").rglob("*.md"), *(data / "day" / "notes").glob("*.md")])
    assert notes
    documents = [tree(read(path.read_text("utf-8"))) for path in notes]
    files = [tmp_path / f"{number}.{form}" for number in range(len(notes))]
    about = About(title="Une note", header="Une note")
    for document, file in zip(documents, files, strict=True):
        file.write_bytes(WRITERS[form](document, about))
    flats = converted(files, "fodt")
    for note, document, flat in zip(notes, documents, flats, strict=True):
        body = read_flat(flat)
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


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_libreoffice_makes_a_pdf_of_it(form: str, tmp_path: Path) -> None:
    (tmp_path / f"day.{form}").write_bytes({"docx": docx_of, "odt": odt_of}[form](DAY, DAY, "all"))
    [pdf] = converted([tmp_path / f"day.{form}"], "pdf")
    made = pdf.read_bytes()
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type/Page/") >= 2
    assert b"/Lang(fr-FR)" in made
