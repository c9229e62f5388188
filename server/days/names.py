"""The name that a person joins with: what they type, trimmed, and nothing that could deceive."""

from __future__ import annotations

import unicodedata

from server.errors import BadInput

MAX_NAME_LENGTH = 60

_REFUSED = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Characters that turn the direction of what follows: a name could reorder the words around it."""
_INVISIBLE = frozenset({"Cf", "Zs", "Mn", "Me"})


def clean_name(name: str) -> str:
    """The name in NFC, trimmed, its spaces single. Raises BadInput with a sentence for its author.

    Joiners (zero width) stay: emoji and several scripts need them.
    """
    trimmed = unicodedata.normalize("NFC", name.strip())
    if any(unicodedata.category(c) in _REFUSED or c in _DIRECTIONS for c in trimmed):
        raise BadInput("A name has no control characters: type it again.", field="name")
    trimmed = " ".join(trimmed.split())
    if all(unicodedata.category(c) in _INVISIBLE for c in trimmed):
        raise BadInput("A name is needed, so that others know who writes.", field="name")
    if len(trimmed) > MAX_NAME_LENGTH:
        raise BadInput(
            f"A name has at most {MAX_NAME_LENGTH} characters; this one has {len(trimmed)}.",
            field="name",
        )
    return trimmed
