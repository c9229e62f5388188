"""How much a phone has to fetch before somebody can write."""

from __future__ import annotations

import json

import pytest

from server.pages.assets import FOLDER

MOST_BYTES = 135_000
"""Of scripts and styles of a page that is written in, in brotli, which every browser with modules
takes: 0.7 s over 3G, 2.7 s where that is slow."""
MOST_BYTES_TO_READ = 30_000
"""Of a page that is only read."""


def size(*entries: str) -> int:
    names = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return sum((FOLDER / f"{names[entry]}.br").stat().st_size for entry in entries)


@pytest.mark.promise("U6")
def test_the_page_of_a_note_stays_light() -> None:
    assert size("note.js", "note.css", "page.css") < MOST_BYTES


@pytest.mark.promise("U6")
def test_pages_that_are_read_need_next_to_nothing() -> None:
    assert size("day.js", "page.css") < MOST_BYTES_TO_READ
    assert size("read.js", "read.css") < MOST_BYTES_TO_READ // 4
