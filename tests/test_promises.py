"""The list of promises is held to the tests: docs/promises.md says of each whether it is proved.

A Python test names what it proves with `@pytest.mark.promise("L2")`, a client test with a comment
`promise: L2`. Marks are read from the sources, so that a test that could not run counts as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "promises.md"
CLIENT_TESTS = ("client/test", "tests")
LINE = re.compile(
    r"^- \*\*(?P<number>[A-Z]\d+)\*\* (?P<text>.+?) "
    r"— \*\*(?P<mark>proved in part|proved|not yet proved)\*\*(?:: (?P<why>.+))?$"
)
COMMENT = re.compile(r"promise: (?P<numbers>[A-Z]\d+(?:, [A-Z]\d+)*)")


@dataclass(frozen=True, slots=True)
class Promise:
    number: str
    mark: str
    """`proved`, `proved in part` or `not yet proved`."""
    why: str | None
    """What is missing, where something is."""


@dataclass(frozen=True, slots=True)
class Naming:
    """One place in a test that names a promise."""

    number: str
    place: str


def read_list(text: str) -> dict[str, Promise]:
    """The promises of the list by number. Raises ValueError at a line that is not one."""
    promises: dict[str, Promise] = {}
    for line in text.splitlines():
        if not line.startswith("- **"):
            continue
        found = LINE.match(line)
        if found is None:
            raise ValueError(f"This line is not a promise with its mark: {line}")
        if found["number"] in promises:
            raise ValueError(f"{found['number']} stands in the list twice.")
        promises[found["number"]] = Promise(found["number"], found["mark"], found["why"])
    return promises


def python_namings(source: str, place: str) -> Iterator[Naming]:
    """What the `pytest.mark.promise(…)` calls of a test file name, wherever they stand."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        mark = node.func.value
        if node.func.attr != "promise" or not isinstance(mark, ast.Attribute):
            continue
        if mark.attr != "mark":
            continue
        for argument in node.args:
            where = f"{place}:{argument.lineno}"
            if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
                raise ValueError(f"{where}: a promise is named by a literal number.")
            yield Naming(argument.value, where)


def client_namings(source: str, place: str) -> Iterator[Naming]:
    """What the comments `promise: L2, L7` of a client test name."""
    for count, line in enumerate(source.splitlines(), start=1):
        for found in COMMENT.finditer(line):
            for number in found["numbers"].split(", "):
                yield Naming(number, f"{place}:{count}")


def all_namings() -> list[Naming]:
    namings: list[Naming] = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path != Path(__file__).resolve() and "node_modules" not in path.parts:
            namings += python_namings(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    for folder in CLIENT_TESTS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".ts", ".mjs"} and "node_modules" not in path.parts:
                namings += client_namings(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    return namings


def problems(promises: dict[str, Promise], namings: list[Naming]) -> list[str]:
    """One sentence for everything in which the list and the tests disagree."""
    tested = {naming.number for naming in namings}
    found = [
        f"{naming.place} names {naming.number}, which docs/promises.md does not know."
        for naming in namings
        if naming.number not in promises
    ]
    for promise in promises.values():
        if promise.mark == "not yet proved":
            if promise.number in tested:
                found.append(
                    f"{promise.number} has a test: it is proved, or proved in part with what is "
                    "missing."
                )
        elif promise.number not in tested:
            found.append(f"{promise.number} is said to be {promise.mark}, and no test names it.")
        if promise.mark != "proved" and not promise.why:
            found.append(f"{promise.number} does not say what is missing.")
        if promise.mark == "proved" and promise.why:
            found.append(f"{promise.number} is proved and says what is missing: which is it?")
    return found


def test_the_list_says_what_the_tests_prove() -> None:
    assert problems(read_list(LIST.read_text("utf-8")), all_namings()) == []


@pytest.mark.parametrize(
    ("line", "named", "expected"),
    [
        ("- **L1** Kept. — **proved**", "L1", 0),
        ("- **L1** Kept. — **proved**", None, 1),
        ("- **L1** Kept. — **proved**: not on Sundays.", "L1", 1),
        ("- **L1** Kept. — **proved in part**: not on Sundays.", "L1", 0),
        ("- **L1** Kept. — **proved in part**", "L1", 1),
        ("- **L1** Kept. — **not yet proved**: no test does it.", None, 0),
        ("- **L1** Kept. — **not yet proved**", None, 1),
        ("- **L1** Kept. — **not yet proved**: no test does it.", "L1", 1),
        ("- **L1** Kept. — **proved**", "L9", 2),
    ],
)
def test_each_disagreement_is_one_problem(line: str, named: str | None, expected: int) -> None:
    namings = [Naming(named, "here:1")] if named else []
    assert len(problems(read_list(line), namings)) == expected


def test_a_line_without_a_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="not a promise with its mark"):
        read_list("- **L1** Kept.")


def test_marks_are_found_wherever_they_stand() -> None:
    source = (
        "pytestmark = [pytest.mark.promise('L7'), pytest.mark.slow]\n"
        "@pytest.mark.promise('W2', 'A1')\n"
        "def test(): ...\n"
        "CASES = [pytest.param(1, marks=pytest.mark.promise('W1'))]\n"
    )
    assert {naming.number for naming in python_namings(source, "x.py")} == {"L7", "W2", "A1", "W1"}
    assert [n.number for n in client_namings("// promise: U1, U2\n", "x.ts")] == ["U1", "U2"]
