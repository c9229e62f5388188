"""The names of copies: whatever a title says, plain, bounded, and inside their folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from server.copies.plan import folder_name
from server.copies.writing import WRITER
from storage.values import DayId
from tests.copies.conftest import open_house

TRICKS = (
    *("../../etc/passwd", "/etc/passwd", "..", ".", "~", "-", "-rf *", "a/b\\c", "C:\\nul", "nul"),
    *(
        "L’été à Œuf-sur-Mer : « ça » ?",
        "e\u0301te\u0301",
        "\u202egpj.md",
        "日本語",
        "🎉",
        "x" * 300,
    ),
    *("[x](http://x)", "](index.md) | `x", "<script>alert(1)</script>", "index", ".written.json"),
    *("%2e%2e%2f", "$(id)", "a\u00a0b"),
)


@pytest.mark.promise("X6")
async def test_no_title_leads_out_of_the_folder(tmp_path: Path) -> None:
    items = [{"title": title} for title in TRICKS]
    day = {"title": "../../../" + "é" * 90, "sections": [{"title": "/..", "items": items}]}
    async with open_house(tmp_path / "data", json.dumps(day, ensure_ascii=False)) as house:
        await house.step(0)
        assert {one.name for one in house.root.iterdir()} == {WRITER, house.folder.name}
        assert {one.name for one in (tmp_path / "data").iterdir()} > {"copies"}
        names = sorted(one.name for one in house.folder.iterdir())
        assert len(names) == len(TRICKS) + 3  # the conclusion, the index, the record
        for name in names[2:] if names[0] == ".written.json" else names:
            assert re.fullmatch(r"[0-9]{2}-[a-z0-9-]{1,60}-[a-z0-9]{12}\.md|index\.md", name), name
        assert [house.copy(note).name for note in house.notes] == names[1:-1]
        assert await house.holds_what_exports_say()
        index = (house.folder / "index.md").read_text("utf-8")
        assert links(index) == names[1:-1]
        assert "<script>" not in index.replace("\\<script>", "")


def links(markdown: str) -> list[str]:
    """Where the links of a text lead, as the reference parser reads it."""
    found: list[Any] = []
    for token in MarkdownIt("commonmark").parse(markdown):
        found += [one.attrGet("href") for one in token.children or [] if one.type == "link_open"]
    return found


def test_an_id_that_is_none_names_no_file() -> None:
    for id in ("../x", "", "a/b", "x" * 65):
        with pytest.raises(ValueError, match="not an id"):
            folder_name("Une journée", DayId(id))
