"""What people are told of a programme: each sentence in both languages, and spoken in one."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from server.errors import ProgrammeError
from server.french import FRENCH
from server.sentences import quoted, sentence

SERVER = Path(__file__).parent.parent / "server"
LOOSE = re.compile(r"[^\u00a0\u202f\d]:(?!//)(?!\d)|[^\u00a0\u202f][;?!»]|«[^\u00a0\u202f]")
"""Punctuation without its no-break space, but in what stands between accents as it is typed."""
TYPED = re.compile(r"`[^`]*`|\([!&*]\)")
COMING_IN = [
    *sorted((SERVER / "days" / "incoming").glob("*.py")),
    *(SERVER / "days" / f"{name}.py" for name in ("programme", "yaml_fields", "importing")),
    SERVER / "api" / "importing_programmes.py",
    SERVER / "api" / "files.py",
]


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            of = node.func
            name = of.id if isinstance(of, ast.Name) else getattr(of, "attr", "")
            if name in names:
                yield node


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.promise("U5")
def test_each_sentence_is_in_both_languages() -> None:
    found: set[str] = set()
    for path in sorted(SERVER.rglob("*.py")):
        for call in calls(path, "sentence"):
            english = ast.literal_eval(call.args[0])
            given = {one.arg for one in call.keywords}
            where = f"{path.name}, line {call.lineno}: {english}"
            assert english in FRENCH, where
            assert fields(english) <= given, where
            assert fields(FRENCH[english]) <= given, where
            found.add(english)
    assert found == FRENCH.keys(), "these are said nowhere"


@pytest.mark.promise("U5")
@pytest.mark.parametrize("path", COMING_IN, ids=lambda path: path.name)
def test_nothing_is_refused_in_english_alone(path: Path) -> None:
    for call in calls(path, "BadInput", "Conflict", "TooLarge", "ProgrammeError", "refuse"):
        for one in call.args:
            is_text = isinstance(one, ast.JoinedStr)
            is_text |= isinstance(one, ast.Constant) and " " in str(one.value)
            assert not is_text, f"line {call.lineno}"


def test_french_is_set_as_french() -> None:
    for english, french in FRENCH.items():
        assert not LOOSE.search(TYPED.sub("x", french)), french
        assert "'" not in french, french
        assert french.strip() == french != "", english


def test_an_error_says_where_and_what_in_the_language_of_whoever_reads_it() -> None:
    error = ProgrammeError(
        sentence("{text} is no date: write 2026-11-23.", text=quoted("demain")),
        source="jour.csv",
        line=3,
        field="column Jour",
    )
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own; it comes so from aside
    for one in (error, again):
        assert str(one) == "jour.csv, line 3, column Jour: “demain” is no date: write 2026-11-23."
        assert one.spoken("fr") == (
            "jour.csv, ligne 3, colonne «\u00a0Jour\u00a0»\u00a0: «\u00a0demain\u00a0» n’est pas "
            "une date\u00a0: écrivez 2026-11-23."
        )
        assert one.fields["field"] == "column Jour"
