"""The structural check against other people's updates and typing, where they are beside us."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pycrdt
import pytest

from server.errors import UpdateRefused
from server.sync import shape
from server.sync.codec import decode_state_vector, encode_state_vector
from server.sync.shape import uint
from server.sync.updates import NoteState, check, check_shape
from tests.sync.library import (
    clocks_of,
    deletes_of,
    disagreements,
    in_another_process,
    of_state,
)
from tests.sync.sessions import take

DATA = Path(__file__).parents[3] / "shared" / "data"
OUR_ROOT = b"\x01\x05notes"
TRANSACTIONS = 9_000
"""Of each trace: enough to see everything that its writer does."""


@pytest.fixture(scope="module")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip("needs the folder of other people's updates, which is not part of the project")
    return DATA


@pytest.fixture(scope="module")
def vectors(data: Path) -> dict[str, dict[str, Any]]:
    listed = json.loads((data / "yjs-updates/vectors.json").read_text("utf-8"))
    return {vector["id"]: vector for vector in listed}


def in_our_root(update: bytes, root: str) -> bytes:
    """The same edits in the notes' pane: text that begins a root has its kind, a one, its name."""
    theirs = bytes([1, len(root)]) + re.escape(root.encode())
    return re.sub(rb"(?<=[\x01\x04-\x06])" + theirs, OUR_ROOT, update, flags=re.DOTALL)


def version_1(vector: dict[str, Any], data: Path) -> list[bytes]:
    if "file" in vector:
        return [(data / "yjs-updates" / vector["file"]).read_bytes()]
    return [bytes.fromhex(update) for update in vector.get("updates_v1", vector["updates"])]


def test_vectors_of_other_suites(vectors: dict[str, dict[str, Any]], data: Path) -> None:
    """Text enters and shows what its authors expect; everything else is refused."""
    outcomes: Counter[str] = Counter()
    for name, vector in vectors.items():
        if vector["kind"] != "apply":
            continue
        is_text = vector["expected"] and all("text" in one for one in vector["expected"].values())
        state = NoteState()
        if is_text:
            [(root, expected)] = vector["expected"].items()
            updates = [in_our_root(update, root) for update in version_1(vector, data)]
            for update in updates:
                state.advance(check(update, state))
            [shown] = in_another_process([updates], seconds=30)
            assert shown["notes"] == [[expected["text"], {}]], name
            after = {int(client): clock for client, clock in vector["state_vector_after"].items()}
            assert state.clocks == after, name
        else:
            for update in version_1(vector, data):
                with pytest.raises(UpdateRefused, match="a note"):
                    check(in_our_root(update, vector["roots"][0]), state)
        if vector["encoding"] == "v2":
            for written in vector["updates"]:
                with pytest.raises(UpdateRefused):
                    check(bytes.fromhex(written), NoteState())
        outcomes["text" if is_text else "foreign"] += 1
    assert outcomes == {"text": 3, "foreign": 13}


def test_vectors_of_state_vectors_merges_and_differences(
    vectors: dict[str, dict[str, Any]],
) -> None:
    given = {name: [bytes.fromhex(one) for one in v["updates"]] for name, v in vectors.items()
             if "updates" in v}  # fmt: skip
    vector = vectors["yrs-state-vector"]["expected"]
    clocks = {int(client): clock for client, clock in vector.items()}
    assert decode_state_vector(given["yrs-state-vector"][0]) == clocks
    merged = bytes.fromhex(vectors["yrs-merge-1"]["expected"])
    [sent] = given["yrs-sv-from-update"]
    assert merged == sent
    runs = check_shape(in_our_root(sent, "test")).runs
    assert encode_state_vector({run.client: run.end for run in runs}) == bytes.fromhex(
        vectors["yrs-sv-from-update"]["expected"]
    )
    difference = vectors["yrs-diff"]
    state = NoteState(decode_state_vector(bytes.fromhex(difference["state_vector"])))
    new = check(in_our_root(given["yrs-diff"][0], "test"), state).data
    assert new == bytes.fromhex(difference["expected"])


@pytest.mark.promise("L7")
def test_random_sessions_of_another_suite(data: Path) -> None:
    """2,660 sessions of maps, lists and text: a note takes those of text, and refuses the rest."""
    with gzip.open(data / "yjs-updates/yrs-random-tests-even.bin.gz") as stored:
        sessions = read_sessions(stored.read())
    outcomes: Counter[str] = Counter()
    for number, (updates, expected) in enumerate(sessions):
        try:
            for update in updates:
                check_shape(update)
        except UpdateRefused:
            outcomes["refused"] += 1
            continue
        entered = take(updates, NoteState())
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        for update in entered:
            doc.apply_update(update)
        assert str(doc.get("notes", type=pycrdt.Text)) == expected, f"session {number}"
        outcomes["text" if expected else "empty"] += 1
    assert outcomes == {"text": 1475, "empty": 641, "refused": 544}


def read_sessions(data: bytes) -> Iterator[tuple[list[bytes], str]]:
    """What was sent in each session, and the text at its end."""
    count, at = uint(data, 0)
    for _ in range(count):
        updates = []
        sent, at = uint(data, at)
        for _ in range(sent):
            size, at = uint(data, at)
            updates.append(in_our_root(data[at : at + size], "text"))
            at += size
        size, at = uint(data, at)
        text = data[at : at + size].decode()
        at = after_value(data, after_value(data, at + size))
        yield updates, text
    assert at == len(data)


def after_value(data: bytes, at: int) -> int:
    """Where a value of lib0 ends, which is a map or a list here."""
    kind, at = data[at], at + 1
    match kind:
        case 127 | 126 | 121 | 120:  # nothing and booleans
            return at
        case 125:  # an integer, whose first byte has a sign
            while data[at] & 0x80:
                at += 1
            return at + 1
        case 124:
            return at + 4
        case 123 | 122:
            return at + 8
        case 119 | 116:  # text, bytes
            size, at = uint(data, at)
            return at + size
        case 118:
            count, at = uint(data, at)
            for _ in range(count):
                size, at = uint(data, at)
                at = after_value(data, at + size)
            return at
        case 117:
            count, at = uint(data, at)
            for _ in range(count):
                at = after_value(data, at)
            return at
    raise ValueError(f"no value of lib0: {kind}")


def test_the_document_of_a_whole_paper(data: Path) -> None:
    """One update of 260,000 keystrokes; what a note has of it is cut off anywhere."""
    with gzip.open(data / "yjs-updates/b4-update.bin.gz") as stored:
        update = in_our_root(stored.read(), "text")
    with gzip.open(data / "traces/sequential/automerge-paper.json.gz") as stored:
        expected = json.load(stored)["endContent"]
    state = NoteState()
    checked = check(update, state)
    assert checked.data == update
    state.advance(checked)
    assert check(update, state).noop
    [run] = checked.runs
    for known in range(1000, run.end, run.end // 8):
        first = NoteState({run.client: known})
        rest = check(update, first)
        assert rest.runs[0].start == known
        first.advance(rest)
        assert of_state(first) == of_state(state)
        assert check(rest.data, NoteState({run.client: known})).data == rest.data
    [shown] = in_another_process([[update]], seconds=30)
    assert "".join(part for part, _ in shown["notes"]) == expected
    assert not disagreements(shown, state)


def test_more_pieces_than_one_update_may_have(data: Path) -> None:
    with gzip.open(data / "yjs-updates/friendsforever-x25.v1.bin.gz") as stored:
        update = in_our_root(stored.read(), "text")
    with pytest.raises(UpdateRefused, match="too many pieces"):
        check(update, NoteState())
    assert sum(map(len, shape.read(update, at_most=shape.ANY_NUMBER).structs)) == 52_575


SEQUENTIAL = ["automerge-paper", "rustcode", "sveltecomponent", "json-crdt-blog-post"]


@pytest.mark.parametrize("trace", SEQUENTIAL)
def test_every_keystroke_of_a_writer_enters_as_it_is(trace: str, data: Path) -> None:
    with gzip.open(data / f"traces/sequential/{trace}.json.gz") as stored:
        recorded = json.load(stored)
    made: list[bytes] = []
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    text = doc.get("notes", type=pycrdt.Text)
    listening = doc.observe(lambda event: made.append(event.update))
    words = ""
    for transaction in recorded["txns"][:TRANSACTIONS]:
        with doc.transaction():
            for at, gone, new in transaction["patches"]:
                words = typed(text, words, at, gone, new)
    doc.unobserve(listening)
    state = NoteState()
    for update in made:
        checked = check(update, state)
        assert checked.data is update
        state.advance(checked)
    assert str(text) == words
    if len(recorded["txns"]) <= TRANSACTIONS:
        assert words == recorded["endContent"]
    assert of_state(state) == {"clocks": clocks_of(doc), "deletes": deletes_of(doc)}


@pytest.mark.promise("L7")
def test_two_writers_at_once(data: Path) -> None:
    """Each hears the other a second late; the note has every edit as it was sent."""
    with gzip.open(data / "traces/concurrent/friendsforever.json.gz") as stored:
        recorded = json.load(stored)
    # Whose word stands first where both wrote at once is decided by the client ids.
    docs: list[pycrdt.Doc[pycrdt.Text]] = [pycrdt.Doc(client_id=1), pycrdt.Doc(client_id=2)]
    words = [doc.get("notes", type=pycrdt.Text) for doc in docs]
    transactions = recorded["txns"]
    made: list[bytes] = []
    heard_now: list[bytes] = []
    listening = [doc.observe(lambda event: heard_now.append(event.update)) for doc in docs]
    heard = [0] * len(docs)
    """Up to which edit of the other each has all: each agent's edits come one after the other."""
    state = NoteState()
    for number, transaction in enumerate(transactions):
        agent = transaction["agent"]
        newest = max((p for p in transaction["parents"] if transactions[p]["agent"] != agent),
                     default=-1)  # fmt: skip
        for other in range(heard[agent], newest + 1):
            if transactions[other]["agent"] != agent:
                docs[agent].apply_update(made[other])
        heard[agent] = max(heard[agent], newest + 1)
        heard_now.clear()
        with docs[agent].transaction():
            for at, gone, new in transaction["patches"]:
                typed(words[agent], None, at, gone, new)
        [update] = heard_now
        made.append(update)
        checked = check(update, state)
        assert checked.data is update, f"transaction {number}"
        state.advance(checked)
    for doc, one in zip(docs, listening, strict=True):
        doc.unobserve(one)
    whole: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for update in made:
        whole.apply_update(update)
    assert str(whole.get("notes", type=pycrdt.Text)) == recorded["endContent"]
    assert of_state(state) == {"clocks": clocks_of(whole), "deletes": deletes_of(whole)}


def typed(text: pycrdt.Text, words: str | None, at: int, gone: int, new: str) -> str:
    """One patch, whose places count characters. `words`: the text, where it is not all ASCII."""
    if words is None:
        start, end = at, at + gone
    else:
        start = len(words[:at].encode())
        end = start + len(words[at : at + gone].encode())
    if end > start:
        del text[start:end]
    if new:
        text.insert(start, new)
    return "" if words is None else words[:at] + new + words[at + gone :]
