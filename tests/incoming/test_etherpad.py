"""A pad's own export: its last text with its formats, and nothing of its history."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.errors import BadInput
from server.incoming.etherpad import read_etherpad
from tests.incoming.shown import shown

POOL = {
    "0": ["author", "a.xyz"],
    "1": ["bold", "true"],
    "2": ["italic", "true"],
    "3": ["strikethrough", "true"],
    "4": ["lmkr", "1"],
    "5": ["list", "bullet1"],
    "6": ["list", "bullet2"],
    "7": ["list", "number1"],
    "8": ["list", "indent1"],
    "9": ["heading", "h2"],
    "a": ["insertorder", "first"],
}


def number(value: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[value] if value < 36 else number(value // 36) + digits[value % 36]


def pad(*runs: tuple[str, str], name: str = "pad:réunion", **more: Any) -> str:
    """A pad of such runs: the numbers of their attributes in base 36, and their text."""
    text = "".join(each for _, each in runs)
    attribs = ""
    for attributes, each in runs:
        lines = each.count("\n")
        count = f"|{number(lines)}" if lines else ""
        attribs += attributes + count + "+" + number(len(each.encode("utf-16-le")) // 2)
    pool = {str(int(key, 36)): value for key, value in POOL.items()}
    body = {"atext": {"text": text, "attribs": attribs}, "pool": {"numToAttrib": pool}}
    return json.dumps({name: body | {"head": 3}} | more)


def read(text: str) -> list[str]:
    return shown(read_etherpad(text, of="f.etherpad").notes)


def test_formats_lists_and_headings() -> None:
    found = read(
        pad(
            ("*0*4*9", "*"),
            ("*0", "Élues 👩🏽‍🚒\n"),
            ("*0", "un "),
            ("*0*1", "gras"),
            ("*0*1*2", " fin"),
            ("*0*3", " non\n\n"),
            ("*0*4*5*a", "*"),
            ("*0", "puce\n"),
            ("*4*6", "*"),
            ("", "deux\n"),
            ("*4*7", "*"),
            ("", "numéro\n"),
            ("*4*8", "*"),
            ("", "retrait\n"),
            ("", "* pas une puce\n"),
        )
    )
    assert found == [
        "h2 Élues 👩🏽‍🚒",
        "un *gras**_ fin_*~ non~",
        "- puce",
        "  - deux",
        "1. numéro",
        "  retrait",
        "* pas une puce",
    ]


def test_french_blanks_survive_and_empty_lines_keep_lists_apart() -> None:
    runs = [("*4*5", "*"), ("", "a\u00a0: «\u202fb\u202f»\n\n"), ("*4*5", "*"), ("", "c\n")]
    assert read(pad(*runs)) == ["- a\u00a0: «\u202fb\u202f»", "", "- c"]


def test_the_history_is_not_looked_at() -> None:
    revisions = {"pad:réunion:revs:0": {"changeset": None}, "globalAuthor:a.xyz": 7}
    assert read(pad(("", "texte\n"), **revisions)) == ["texte"]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "nul",
        '{"pad:a": {}}',
        '{"pad:a": {"atext": {"text": "a", "attribs": "+2"}, "pool": {"numToAttrib": {}}}}',
        '{"pad:a": {"atext": {"text": "a", "attribs": "x"}, "pool": {"numToAttrib": {}}}}',
        '{"pad:a": {"atext": {"text": "abc", "attribs": "+1"}, "pool": {"numToAttrib": {}}}}',
        "[" * 100_000,
        '{"pad:a": ' + "[" * 100_000,
    ],
)
def test_what_is_no_pad_is_said(text: str) -> None:
    with pytest.raises(BadInput, match=r"f\.etherpad is"):
        read(text)


def test_unknown_attributes_and_numbers_mean_nothing() -> None:
    assert read(pad(("*zz*0", "a\n"))) == ["a"]
