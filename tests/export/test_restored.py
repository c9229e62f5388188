"""A note is made again what it was, whatever was done since and is done meanwhile (H3)."""

from __future__ import annotations

from random import Random
from typing import Any

import pycrdt
import pytest

from server.export.panes import initial_update, panes
from server.export.restored import restoring
from server.sync.codec import decode_state_vector
from server.sync.document import EMPTY_UPDATE, merge

pytestmark = pytest.mark.promise("H3")

WORDS = ("pain", "l’été", "«\u00a0oui\u00a0»", "🙂", "tou·te·s", " ", "\n", "\n\n", "\u2028")
FORMATS: tuple[dict[str, Any], ...] = (
    {},
    {"bold": True},
    {"link": "https://exemple.fr/"},
    {"kind": "h2"},
    {"kind": "bullet", "indent": 1},
)
START = initial_update(
    "# Titre\n\n- un\n- deux\n\n| a | b |\n|---|---|\n| c | d |\n", "Fin.", client_id=1
)


def drawn_edits(rng: Random, client: int, start: bytes, count: int) -> list[bytes]:
    """So many edits of one person, in both panes, of text, formats and embeds."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client)
    doc.apply_update(start)
    return [update for _ in range(count) for update in draw_edit(rng, doc)]


def draw_edit(rng: Random, doc: pycrdt.Doc[pycrdt.Text]) -> list[bytes]:
    """One edit in a document, of text, formats or an embed; none where nothing came of it."""
    made: list[bytes] = []
    listening = doc.observe(lambda event: made.append(event.update))
    text = doc.get(rng.choice(("notes", "conclusions")), type=pycrdt.Text)
    whole = "".join(one if isinstance(one, str) else "\ufffc" for one, _ in text.diff())
    # Places between whole characters, in the library's bytes; an embed counts one.
    places = [0]
    for letter in whole:
        places.append(places[-1] + (1 if letter == "\ufffc" else len(letter.encode())))
    at = rng.randrange(len(places))
    end = min(len(places) - 1, at + rng.randrange(6))
    what = rng.random()
    if what < 0.5 or at == end:
        text.insert(places[at], rng.choice(WORDS), dict(rng.choice(FORMATS)))
    elif what < 0.6:
        text.insert_embed(places[at], {"footnote": rng.choice(WORDS)}, {})
    elif what < 0.8:
        del text[places[at] : places[end]]
    else:
        text.format(places[at], places[end], dict(rng.choice(FORMATS[1:])))
    doc.unobserve(listening)
    return made


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_it_was_and_what_others_write_meanwhile_stays(seed: int) -> None:
    rng = Random(seed)
    edits = drawn_edits(rng, 2, START, rng.randrange(4, 30))
    stop = rng.randrange(len(edits))
    then, now = [START, *edits[:stop]], merge([START, *edits])
    update = restoring(now, then, client=3)
    assert panes(merge([now, update])) == panes(merge(then))
    # Somebody who has not heard of it yet writes on.
    other: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=4)
    other.apply_update(now)
    before = other.get_state()
    other.get("notes", type=pycrdt.Text).insert(0, "MEANWHILE", {})
    meanwhile = other.get_update(before)
    both = panes(merge([now, update, meanwhile]))
    assert both == panes(merge([now, meanwhile, update]))
    assert any("MEANWHILE" in span.plain for line in both.notes for span in line.spans)
    # And it can be come back from.
    back = restoring(merge([now, update]), [now], client=5)
    assert panes(merge([now, update, back])) == panes(now)


def test_nothing_is_written_where_nothing_differs() -> None:
    assert restoring(START, [START], client=3) == EMPTY_UPDATE


def test_all_lines_of_a_long_note_may_differ_but_the_empty_ones() -> None:
    # Comparing them took minutes: each empty line was looked for among all others.
    client, lines = 2, 4_000
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client)
    text = doc.get("notes", type=pycrdt.Text)
    text.insert(0, "".join(f"Ligne {number}\n\n" for number in range(lines // 2)), {})
    then = doc.get_update()
    text.format(0, len(str(text).encode()), {"bold": True})
    now = doc.get_update()
    update = restoring(now, [then], client=3)
    assert panes(merge([now, update])) == panes(then)


def test_lines_that_are_the_same_keep_their_letters() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=2)
    doc.apply_update(START)
    before = doc.get_state()
    doc.get("notes", type=pycrdt.Text).insert(0, "Une ligne de trop\n", {})
    now = merge([START, doc.get_update(before)])
    update = restoring(now, [START], client=3)
    # It deletes one line and writes none: nobody becomes the author of what they did not write.
    again: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=4)
    again.apply_update(merge([now, update]))
    assert 3 not in writers(again)
    assert panes(merge([now, update])) == panes(START)


def writers(doc: pycrdt.Doc[pycrdt.Text]) -> set[int]:
    """Who wrote letters that the note has or had."""
    return set(decode_state_vector(doc.get_state(), at_most=100))
