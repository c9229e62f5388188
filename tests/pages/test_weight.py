"""How much a phone has to fetch before somebody can write."""

from __future__ import annotations

import gzip
import json

from server.pages.assets import FOLDER

MOST_BYTES = 150_000
"""Of scripts and styles of the note's page, compressed: a second and a half over good 3G."""


def test_the_page_of_a_note_stays_light() -> None:
    names = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    loaded = ("note.js", "note.css", "page.css")
    sizes = {name: len(gzip.compress((FOLDER / names[name]).read_bytes())) for name in loaded}
    assert sum(sizes.values()) < MOST_BYTES, sizes
