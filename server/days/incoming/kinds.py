"""What kind of section a file means by its own words. Pure."""

from __future__ import annotations

from server.days.programme import SECTION_KINDS, SectionKind

_WORDS: dict[SectionKind, tuple[str, ...]] = {
    "opening": ("ouverture", "accueil", "keynote"),
    "talk": ("conference", "exposé", "presentation", "lecture"),
    "vote": ("votes", "scrutin"),
    "meeting": ("rencontre", "rencontres", "reunion", "réunion"),
    "debate": ("débat", "debat", "débats", "debats", "discussion", "panel", "table ronde"),
    "workshop": ("atelier", "ateliers", "hands-on"),
    "conclusion": ("clôture", "cloture", "closing"),
}
_KINDS: dict[str, SectionKind] = {kind: kind for kind in SECTION_KINDS} | {
    word: kind for kind, words in _WORDS.items() for word in words
}


def kind_of(word: str) -> SectionKind:
    """The kind that a word of a file stands for; "talk" for a word that stands for none."""
    return _KINDS.get(" ".join(word.split()).casefold(), "talk")
