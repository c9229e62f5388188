"""Which notes somebody means who says “salle 201” or two words of a title.

Accents, case and the word for a room say nothing. A letter too many, too few, exchanged or wrong
is forgiven in long words, and never in a number: room 202 is another room than 201.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from server.days.view import DayView, ItemView
from storage.values import NoteId

MAX_QUERY = 100
"""Characters of what is asked; what comes after them is not read."""
MAX_WORDS = 8
_SHORTEST_PREFIX = 3
_ROOM_WORDS = frozenset({"salle", "salles", "room", "rooms", "sale", "sall"})
"""With the slips of a thumb that are no other room: a hall (“halle 2”) may be one."""
_NUMBER_WORDS = frozenset({"n", "no", "numero", "number", "nr"})
_SMALL_WORDS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"}
    | {"and", "in", "of", "the"}
)
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})

Word = str
Alike = Callable[[Word, Word], bool]


def words_of(text: str) -> tuple[Word, ...]:
    """A text as it is compared: small letters without accents, numbers apart from letters."""
    flat = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(c for c in flat if not unicodedata.combining(c))
    return tuple(_number(word) for word in _WORD.findall(plain))


def room_of(text: str) -> str:
    """A room as it is compared: “Salle B-12”, “b 12” and “B12” are one."""
    words = words_of(text)
    return " ".join(word for word in words if word not in _ROOM_WORDS) or " ".join(words)


def find(day: DayView, query: str) -> tuple[NoteId, ...]:
    """The notes of the day that are meant, in the programme's order; none where nothing fits.

    What fits exactly hides what fits less well: a room first, then words of a title, then words
    of the people in it, then the item's number in the programme, then slips of the pen.
    """
    query = query[:MAX_QUERY].strip()
    if any(note.id == query for note in day.notes()):
        return (NoteId(query),)
    asked = words_of(query)[:MAX_WORDS]
    if not asked:
        return ()
    items = [item for _, item in day.items()]
    for found in _tiers(items, query, asked):
        if found:
            return tuple(item.note.id for item in found)
    return ()


def rooms(day: DayView) -> tuple[str, ...]:
    """Every room of the day, once, in the programme's order; in the words of its first item."""
    found: dict[str, str] = {}
    for _, item in day.items():
        if item.room:
            found.setdefault(room_of(item.room), item.room)
    return tuple(found.values())


def _tiers(
    items: Sequence[ItemView], query: str, asked: Sequence[Word]
) -> Iterable[list[ItemView]]:
    """The matches by each way of meaning a note, the surest way first."""
    room = room_of(query)
    yield [item for item in items if item.room and room_of(item.room) == room]
    sought = _telling(asked)
    for alike in (_begins, _slipped):
        for text in (_room, _title, _everything):
            yield [item for item in items if _has(words_of(text(item)), sought, alike)]
        if alike is _begins:
            yield _numbered(items, asked)


def _numbered(items: Sequence[ItemView], asked: Sequence[Word]) -> list[ItemView]:
    rest = [word for word in asked if word not in _NUMBER_WORDS]
    if len(rest) != 1 or not rest[0].isdecimal() or len(rest[0]) > 4:
        return []
    place = int(rest[0]) - 1
    return [items[place]] if 0 <= place < len(items) else []


def _telling(asked: Sequence[Word]) -> list[Word]:
    """The words that tell something; all of them where none does."""
    words = [word for word in asked if word not in _SMALL_WORDS | _ROOM_WORDS]
    return words or list(asked)


def _room(item: ItemView) -> str:
    return item.room


def _title(item: ItemView) -> str:
    return item.title


def _everything(item: ItemView) -> str:
    people = (f"{one.name} {one.organisation}" for one in item.people)
    return " ".join((item.room, item.title, *people))


def _has(words: Sequence[Word], sought: Sequence[Word], alike: Alike) -> bool:
    """Whether each word that is sought is there."""
    return all(any(alike(wanted, word) for word in words) for wanted in sought)


def _begins(wanted: Word, word: Word) -> bool:
    if wanted == word:
        return True
    return not wanted.isdecimal() and len(wanted) >= _SHORTEST_PREFIX and word.startswith(wanted)


def _slipped(wanted: Word, word: Word) -> bool:
    """The same word, with a slip in it: one from five letters on, two from nine."""
    if _begins(wanted, word):
        return True
    if wanted.isdecimal() or word.isdecimal() or min(len(wanted), len(word)) < 5:
        return False
    most = 1 if len(wanted) < 9 else 2
    return _slips(wanted, word, most) <= most


def _slips(one: Word, other: Word, most: int) -> int:
    """How many letters were left out, added, replaced or exchanged with their neighbour; beyond
    `most` it is not counted on."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, before, row = before, row, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _number(word: Word) -> Word:
    """007 is 7, also as a room."""
    return word.lstrip("0") or "0" if word.isdecimal() else word
