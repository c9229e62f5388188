"""A mistake in a programme names its file, its line and what to do, and makes no store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ITEM = "title: T\nsections:\n- title: S\n  items:\n  - {{title: I, {}}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "p.yml, line 1: A programme is empty: it needs at least a title."),
        (b"place: Lille\n", "p.yml, line 1: A programme needs a title: add `title: …`."),
        (b"title: a\n\tplace: b\n", "p.yml, line 2: this is not YAML"),
        (b"title: [\n", "p.yml, line 2: this is not YAML"),
        (b"title: a\n---\ntitle: b\n", "p.yml, line 2: this is not YAML"),
        (b"- a\n- b\n", "p.yml, line 1: A programme must be made of fields"),
        (b"title: a\ntitle: b\n", "p.yml, line 2: A programme has `title` twice"),
        (b"title: a\ncolour: red\n", "p.yml, line 2: A programme has no field `colour`"),
        (b"title: a\ndate: 2026-13-45\n", "p.yml, line 2: `date` is “2026-13-45”: write"),
        (b"title: a\ntimezone: Mars/Olympus\n", "p.yml, line 2: `timezone` is “Mars/Olympus”"),
        (b"title: a\nlanguage: French\n", "p.yml, line 2: `language` is “French”: write a code"),
        (b"title: a\nsections: none\n", "p.yml, line 2: `sections` must be a list"),
        (b"title: &a b\n", "p.yml, line 1: anchors (&) and aliases (*) are not taken"),
        (b"title: a\n\x00", "p.yml, line 2: this line holds a character that no text has"),
        (b"title: a\nplace: \xe9\n", "p.yml: it is not UTF-8 (line 2); save it as UTF-8."),
        (b"x" * (1024 * 1024 + 1), "p.yml: it is larger than 1 MiB."),
        (ITEM.format("start: 25:00").encode(), "p.yml, line 5: `start` is “25:00”: write a time"),
        (ITEM.format("start: 9:30").encode(), "p.yml, line 5: `start` is “9:30”: write a time"),
        (
            ITEM.format('start: "11:00", end: "10:00"').encode(),
            "p.yml, line 5: `end` is 10:00, before `start` (11:00): give it a later time.",
        ),
        (ITEM.format("rom: 101").encode(), "p.yml, line 5: An item has no field `rom`"),
        (ITEM.format("notes: no.md").encode(), "`notes`: no.md cannot be read: No such file"),
        (ITEM.format("notes: ../no.md").encode(), "name a file in the programme's own folder."),
        (ITEM.format("notes: latin.md").encode(), "latin.md cannot be taken: it is not UTF-8"),
        (b"title: a\nsections: [{title: S, kind: party}]\n", "`kind` is “party”: it must be one"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_makes_no_store(
    calepin: Any, tmp_path: Path, text: bytes, said: str
) -> None:
    (tmp_path / "p.yml").write_bytes(text)
    (tmp_path / "latin.md").write_bytes(b"\xe9t\xe9")
    assert said in calepin("new", "p.yml").refused(2)
    assert not (tmp_path / "data").exists()
