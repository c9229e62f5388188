"""Updates that the server writes as bytes say what the document library reads in them."""

from __future__ import annotations

import random

import pycrdt
import pytest

from server.sync.appending import Appending
from server.sync.updates import NoteState, check

FORMATS = [{}, {"bold": True}, {"bold": True, "italic": True}, {"link": "https://exemple.fr/é"}]
LINES = [{}, {"kind": "h1"}, {"kind": "bullet", "indent": 3}, {"kind": "task", "checked": True}]
WORDS = ["mot", "l’été", "😀", "👩🏽‍🚒 «\u202fb\u202f»"]


def drawn(dice: random.Random) -> list[tuple[object, dict[str, object]]]:
    out: list[tuple[object, dict[str, object]]] = []
    for _ in range(dice.randrange(1, 30)):
        match dice.randrange(4):
            case 0:
                out.append(("\n", dice.choice(LINES)))  # type: ignore[arg-type]
            case 1:
                out.append(({"footnote": dice.choice(WORDS)}, dice.choice(FORMATS)))  # type: ignore[arg-type]
            case _:
                out.append((dice.choice(WORDS), dice.choice(FORMATS)))  # type: ignore[arg-type]
    return out


def letters(delta: object) -> list[tuple[object, dict[str, object]]]:
    return [
        (one, dict(formats or {}))
        for insert, formats in delta  # type: ignore[attr-defined]
        for one in (insert if isinstance(insert, str) else [insert])
    ]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_written_is_read_by_the_library_and_passes_the_check(seed: int) -> None:
    print(f"seed {seed}")
    dice = random.Random(seed)
    parts = [drawn(dice) for _ in range(dice.randrange(1, 5))]
    writer = Appending("notes", 7, 0, left=None, right=None)
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    text = doc.get("notes", type=pycrdt.Text)
    state = NoteState()
    for part in parts:
        update = writer.update(part)
        checked = check(update, state)
        assert checked.data == update
        state.advance(checked)
        doc.apply_update(update)
    assert letters(text.diff()) == letters([one for part in parts for one in part])
    assert state.clocks == {7: writer.clock}
