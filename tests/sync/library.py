"""What the document library and Yjs make of updates, each in a process of its own.

What would hang or kill a library fails a test, and no more.
Run as a module this reads lines of JSON, each a list of updates in hexadecimal, and writes for each
what a Doc shows after them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import pycrdt

from server.sync.codec import decode_state_vector
from server.sync.ranges import Ranges
from server.sync.shape import ANY_NUMBER, read
from server.sync.updates import NoteState
from tests.peers.driver import FOLDER

PANES = ("notes", "conclusions")


def shown(updates: Iterable[bytes]) -> dict[str, Any]:
    """What a Doc shows after the updates; raises what the library raises."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for update in updates:
        doc.apply_update(update)
    return {
        "clocks": clocks_of(doc),
        "deletes": deletes_of(doc),
        **{pane: joined(doc.get(pane, type=pycrdt.Text).diff()) for pane in PANES},
    }


def clocks_of(doc: pycrdt.Doc[pycrdt.Text]) -> list[list[int]]:
    """The state vector as sorted pairs."""
    known = decode_state_vector(doc.get_state())
    return sorted([client, clock] for client, clock in known.items() if clock)


def deletes_of(doc: pycrdt.Doc[pycrdt.Text]) -> list[list[int]]:
    """The delete set as sorted, disjoint client ids and clocks."""
    by_client: dict[int, Ranges] = {}
    for client, start, end in read(doc.get_update(doc.get_state()), at_most=ANY_NUMBER).deletes:
        by_client.setdefault(client, Ranges()).add(start, end)
    return sorted([client, *span] for client, spans in by_client.items() for span in spans)


def joined(delta: Iterable[tuple[Any, dict[str, Any] | None]]) -> list[list[Any]]:
    """A delta in which neighbours of the same formats are one, without formats that are off."""
    out: list[list[Any]] = []
    for insert, attributes in delta:
        formats = {key: on for key, on in (attributes or {}).items() if on is not None}
        last = out[-1] if out else [None, None]
        if isinstance(insert, str) and isinstance(last[0], str) and last[1] == formats:
            last[0] += insert
        else:
            out.append([insert, formats])
    return out


def of_state(state: NoteState) -> dict[str, Any]:
    """What the check believes a note to have, in the same words."""
    return {
        "clocks": sorted([client, clock] for client, clock in state.clocks.items()),
        "deletes": sorted([c, *span] for c, spans in state.deletes.items() for span in spans),
    }


def disagreements(shown: dict[str, Any], state: NoteState) -> list[str]:
    """Where a library and the check see a note differently.

    A library may know of more deletions: text that comes already deleted names its own, and only
    an honest client names it among the deletions too.
    """
    found = []
    if shown["clocks"] != of_state(state)["clocks"]:
        found.append(f"clocks {shown['clocks']}, not {of_state(state)['clocks']}")
    gone: dict[int, Ranges] = {}
    for client, start, end in shown["deletes"]:
        gone.setdefault(client, Ranges()).add(start, end)
    for client, start, end in of_state(state)["deletes"]:
        if gone.get(client, Ranges()).missing(start, end):
            found.append(f"{client} {start}–{end} is not deleted")
    return found


def in_another_process(cases: Sequence[Sequence[bytes]], *, seconds: float) -> list[dict[str, Any]]:
    """What the library shows after each list of updates. A hang, a death or an error fails here."""
    lines = "".join(json.dumps([update.hex() for update in case]) + "\n" for case in cases)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sync.library"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said, _ = process.communicate(lines, timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    answers = [json.loads(line) for line in said.splitlines()]
    for case, answer in zip(cases, answers, strict=False):
        assert "error" not in answer, f"{answer['error']} after {[u.hex() for u in case]}"
    if len(answers) < len(cases):
        case = [update.hex() for update in cases[len(answers)]]
        raise AssertionError(f"the library hung or died ({process.returncode}) after {case}")
    return answers


def in_javascript(tasks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Yjs answers to each task (tests/peers/updates.mjs). An error in it fails here."""
    lines = "".join(json.dumps(task) + "\n" for task in tasks)
    process = subprocess.run(
        ["node", FOLDER / "updates.mjs"],
        input=lines,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    answers = [json.loads(line) for line in process.stdout.strip("\n").split("\n")]
    for number, answer in enumerate(answers):
        assert "error" not in answer, f"task {number}: {answer['error']}"
    return answers


def main() -> None:
    for line in sys.stdin:
        updates = [bytes.fromhex(update) for update in json.loads(line)]
        try:
            answer = shown(updates)
            # A Doc may show what its own bytes do not say; then joiners see another note.
            doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
            for update in updates:
                doc.apply_update(update)
            answer["reloaded"] = shown([doc.get_update()])
            answer["merged"] = shown([pycrdt.merge_updates(*updates)])
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic is no Exception
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
