"""Plain text is to be read as it is, and says all that the note says (X1, X3, X4, X5)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from server.export.labels import FRENCH
from server.export.lines import Line
from server.export.office_files import text_of
from server.export.plain_text import plain_text
from server.export.reader import read
from server.export.tree import tree
from tests.export.said import Said, solid
from tests.export.test_day import DAY, LOCKED
from tests.export.test_docx import ALL
from tests.export.test_fuzz import slow_start
from tests.export.typed import documents

READ = """\
=
A
=

un gras, fin, [rayé\u00a0: non], code, ici (https://example.org/é?a=1&b=2)
ligne\u00a0[1]

• un
  1. deux
  2. encore
• trois

1. autre

☑ fait
☐ à faire

│ dit


      a < b
    \tc

a │ b
──┼──
c │ d

────────────────────

B
=

[1] bas
"""


def written(lines: list[Line]) -> str:
    return plain_text(tree(lines), FRENCH)


def holds(lines: list[Line]) -> bool:
    """Whether all characters are in the text, in their order, and the footnotes after them.

    A wide table says the names of its columns in every row, so there it is not the same order.
    """
    text, said = solid(written(lines)), Said(tree(lines).children)
    wanted = said.text + "".join(said.footnotes)
    if any(line.kind == "row" for line in lines):
        return Counter(wanted) <= Counter(text)
    at = 0
    for letter in wanted:
        at = text.find(letter, at) + 1
        if at == 0:
            return False
    return True


@pytest.mark.promise("X5")
def test_every_kind_of_block_is_to_be_read() -> None:
    assert written(read(ALL)) == READ


@pytest.mark.promise("X5")
def test_a_wide_table_is_a_list_of_its_cells() -> None:
    text = written(read(f"| nom | dit |\n|---|---|\n| Léa | {'oui ' * 40}|\n| Idriss | non |\n"))
    assert text.startswith("nom\u00a0: Léa\ndit\u00a0: oui oui")
    assert text.endswith("\n\nnom\u00a0: Idriss\ndit\u00a0: non\n")


@pytest.mark.promise("X1", "X3", "X5")
def test_a_day_is_whole_and_in_order() -> None:
    text = text_of(DAY, DAY, "all").decode()
    assert text_of(DAY, DAY, "all").decode() == text
    wanted = ("Vivre # ensemble", "Rencontres\n===", "Le garage\n---", "La cantine\n---")
    places = [text.index(one) for one in (*wanted, "Se loger\n---", "Récapitulatif")]
    assert places == sorted(places)
    assert "État\u00a0: Aucune note" in text
    assert "┃ — Contribution tardive\u00a0: Idriss —\n┃\n┃ Et une grue\u00a0[2]." in text
    assert text.index("[2] Petite.") < text.index("La cantine\n---")
    assert not re.search(r"\*\*|~~\w|^#|\[\^", text, re.MULTILINE)


@pytest.mark.promise("X5")
def test_a_part_of_a_note_is_written() -> None:
    notes, conclusions = (text_of(DAY, LOCKED, part).decode() for part in ("notes", "conclusions"))
    assert ("mécanicien" in notes, "deuxième" in notes) == (True, False)
    assert ("mécanicien" in conclusions, "deuxième" in conclusions) == (False, True)
    assert "1. Débattre" not in notes


@pytest.mark.promise("X4")
@given(documents)
@slow_start
def test_whatever_people_write_is_in_it(typed: list[Line]) -> None:
    assert holds(typed)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", written(typed))


@pytest.mark.promise("X4")
def test_real_french_notes_keep_every_character(data: Path) -> None:
    notes = sorted((data / "notes-fr").rglob("*.md"))
    assert notes
    for path in notes:
        assert holds(read(path.read_text("utf-8"))), path.name
