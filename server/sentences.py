"""Sentences for people, spoken when somebody reads them, in their language. Pure.

A sentence stands where it is raised, in English, with its fields by name; `server/french/` has
the same in French, and a test holds the two to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from server.french import FRENCH

Value: TypeAlias = "str | int | Sentence | tuple[Value, ...]"
"""What a field holds; several are parted by commas."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or a part of one; `str()` is English."""

    english: str
    fields: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        return self.spoken("en")

    def spoken(self, language: str) -> str:
        """In "fr", or else in English."""
        pattern = FRENCH.get(self.english, self.english) if language == "fr" else self.english
        return pattern.format_map({name: _shown(value, language) for name, value in self.fields})


def sentence(english: str, **fields: Value) -> Sentence:
    """A sentence whose fields, as `{name}`, are these."""
    return Sentence(english, tuple(fields.items()))


def quoted(text: str) -> Sentence:
    """A text in the quotation marks of the language."""
    return sentence("“{text}”", text=text)


def _shown(value: Value, language: str) -> str:
    match value:
        case Sentence():
            return value.spoken(language)
        case tuple():
            return ", ".join(_shown(one, language) for one in value)
        case _:
            return str(value)
