"""Which characters of a text Markdown would take for its own, and how they are written. Pure.

Escaped is only what would mean something where it stands: `2 * 3`, `a_b` and `[sic]` stay as they
are. Beside CommonMark and GFM, `$` of mathematics and `:name:` of emoji are kept from
readers that know them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

ASCII_PUNCTUATION: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")

_ENTITY: Final = re.compile(r"&(?=(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{0,31});)")
_HTML: Final = re.compile(r"<(?=[A-Za-z/!?])")
_EMOJI: Final = re.compile(r":(?=(?:[a-z0-9_+-]*[a-z][a-z0-9_+-]*|\+1|-1|100|1234):)")
_STARS: Final = re.compile(r"\*+")
_UNDERSCORES: Final = re.compile(r"_+")
_BACKSLASH: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~])")

_LINE_START: Final = re.compile(
    r"""
      (?P<mark> [-+*](?=\s|$) | \#{1,6}(?=\s|$) | > | =+\s*$ | -[\s|:-]*$ | [_*][\s_*]*$ )
    | \d{1,9} (?P<number> [.)] ) (?=\s|$)
    | (?P<delimiters> [|:] [\s|:-]*- [\s|:-]* $ )
    | (?P<task> \[[\sxX]\] )
    """,
    re.VERBOSE,
)
_CLOSING_HASHES: Final = re.compile(r"(?:(?<=\s)|^)#+$")


@dataclass(frozen=True, slots=True)
class Around:
    """What a whole line of text has in it, which decides what must be escaped in a part of it."""

    tildes: bool
    dollars: bool
    brackets: bool

    @staticmethod
    def of(plain: str, *, references: bool, strikes: bool) -> Around:
        """`references`: links or footnotes stand in the line; `strikes`: something is struck."""
        return Around(
            tildes=strikes or plain.count("~") > 1,
            dollars=plain.count("$") > 1,
            brackets=references or any(pair in plain for pair in ("](", "][", "]:", "^[", "[^")),
        )


def escaped(text: str, around: Around, *, before: str, after: str, in_link: bool) -> str:
    """Text as Markdown. `before` and `after` are the characters written around it, or ""."""
    text = _BACKSLASH.sub(r"\\\\", text)
    if text.endswith("\\") and not _ends_escaped(text):
        text += "\\"
    text = text.replace("`", "\\`")
    text = _each_run(_STARS, text, before, after, safe=_blank_on_both_sides)
    text = _each_run(_UNDERSCORES, text, before, after, safe=_means_nothing_in_words)
    if around.brackets or in_link:
        text = text.replace("[", "\\[")
    if in_link:
        text = text.replace("]", "\\]")
    if around.tildes:
        text = text.replace("~", "\\~")
    if around.dollars:
        text = text.replace("$", "\\$")
    text = _ENTITY.sub(r"\\&", text)
    text = _HTML.sub(r"\\<", text)
    text = _EMOJI.sub(r"\\:", text)
    if after == "[" and text.endswith(("!", "^")):
        text = f"{text[:-1]}\\{text[-1]}"
    if before == "]" and text[:1] in ("(", "[", ":"):
        text = "\\" + text
    return text


def line_start(text: str) -> str:
    """Text, already escaped, that stands at the start of a line."""
    found = _LINE_START.match(text)
    if found is None:
        return text
    at = found.start(found.lastgroup or 0)
    return f"{text[:at]}\\{text[at:]}"


def heading_end(text: str) -> str:
    """Text at the end of a heading: hashes there would be taken for its closing."""
    found = _CLOSING_HASHES.search(text)
    return text if found is None else f"{text[: found.start()]}\\{text[found.start() :]}"


def entity(character: str) -> str:
    """A character as a numeric entity, which begins and ends with punctuation."""
    return f"&#{ord(character)};"


def is_blank(character: str) -> bool:
    """What CommonMark takes for a blank beside a delimiter; so are the ends of the text."""
    return character == "" or character in " \t\n\f\r" or unicodedata.category(character) == "Zs"


def is_punctuation(character: str) -> bool:
    """Punctuation for every version of CommonMark."""
    return character in ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")


def may_be_punctuation(character: str) -> bool:
    """Punctuation for some version: symbols count since 0.31."""
    return is_punctuation(character) or unicodedata.category(character).startswith("S")


def _ends_escaped(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 0


def _each_run(
    runs: re.Pattern[str],
    text: str,
    before: str,
    after: str,
    *,
    safe: Callable[[str, str], bool],
) -> str:
    """Escape every character of each run that is not safe between its neighbours."""
    if not runs.search(text):
        return text
    out: list[str] = []
    end = 0
    for found in runs.finditer(text):
        start = found.start()
        left = text[start - 1] if start else before
        right = text[found.end()] if found.end() < len(text) else after
        run = found.group()
        out.append(text[end:start])
        out.append(run if safe(left, right) else "".join(f"\\{each}" for each in run))
        end = found.end()
    out.append(text[end:])
    return "".join(out)


def _blank_on_both_sides(left: str, right: str) -> bool:
    return is_blank(left) and is_blank(right)


def _means_nothing_in_words(left: str, right: str) -> bool:
    if is_blank(left) or is_blank(right):
        return is_blank(left) and is_blank(right)
    return not may_be_punctuation(left) and not may_be_punctuation(right)
