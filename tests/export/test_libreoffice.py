"""LibreOffice, which shares nothing with our writers, makes pages of them (X5)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from server.export.office_files import docx_of, odt_of
from tests.export.said import solid
from tests.export.test_day import DAY
from tests.export.test_odt import ODF, TABLE, TEXT, words

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice (the package libreoffice-writer)")
@pytest.mark.promise("X5")
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_libreoffice_reads_the_whole_day(form: str, tmp_path: Path) -> None:
    data = {"docx": docx_of, "odt": odt_of}[form](DAY, DAY, "all")
    (tmp_path / f"day.{form}").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    to_odf = ("--convert-to", "fodt", "--outdir", str(tmp_path))
    command = [str(OFFICE), "--headless", profile, *to_odf, str(tmp_path / f"day.{form}")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = etree.parse(tmp_path / "day.fodt", etree.XMLParser(huge_tree=True)).getroot()
    [body] = found.iter(f"{{{ODF}:office:1.0}}text")
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
