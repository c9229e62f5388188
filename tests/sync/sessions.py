"""Random but honest editing: several pycrdt documents that type, delete and format at once."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

import pycrdt

from server.sync.updates import NoteState, UpdateEarly, check
from tests.sync.library import PANES

WORDS = [
    "a",
    "é",
    "« Œuvre » ",
    "salarié·e·s\n",
    "😀",
    "👩🏽‍🚒",
    "x😀y",
    "\n",
    " ",
    "\0",
    "z" * 300,
]
FORMATS = [
    {"bold": True},
    {"bold": None},
    {"link": "https://exemple.fr/«é»?a=%22"},
    {"n": {"a": [1]}},
]
EMBEDS = [{"image": "é.png"}, {"a": [1, None, {"b": False}]}, {}]


@dataclass
class Writer:
    """One document, what it has made, and what others made and it has not heard yet."""

    doc: pycrdt.Doc[pycrdt.Text]
    made: list[bytes] = field(default_factory=list)
    unheard: dict[int, list[bytes]] = field(default_factory=dict)
    hearing: bool = False
    listening: object = None

    def edit(self, dice: random.Random) -> None:
        text = self.doc.get(dice.choice(PANES), type=pycrdt.Text)
        places = places_of(text)
        first = dice.randrange(len(places))
        start, end = places[first], places[min(len(places) - 1, first + dice.randint(1, 12))]
        match dice.randrange(10):
            case 0 | 1 | 2 if end > start:
                del text[start:end]
            case 3 | 4 if end > start:
                text.format(start, end, dice.choice(FORMATS))
            case 5:
                text.insert_embed(start, dice.choice(EMBEDS))
            case 6:
                text.insert(start, dice.choice(WORDS), dice.choice(FORMATS))
            case _:
                text.insert(start, dice.choice(WORDS))

    def hear(self, dice: random.Random) -> None:
        waiting = [updates for updates in self.unheard.values() if updates]
        if waiting:
            self.hearing = True
            self.doc.apply_update(dice.choice(waiting).pop(0))
            self.hearing = False


def places_of(text: pycrdt.Text) -> list[int]:
    """The places between two characters, in pycrdt's unit: bytes, and one for an embed."""
    places = [0]
    for insert, _formats in text.diff():
        parts = insert if isinstance(insert, str) else [insert]
        for part in parts:
            size = len(part.encode()) if isinstance(part, str) else 1
            places.append(places[-1] + size)
    return places


def session(
    dice: random.Random, *, steps: int = 100
) -> tuple[list[bytes], pycrdt.Doc[pycrdt.Text]]:
    """What the writers sent, as a bad network brings it, and a document that has all of it."""
    writers = [Writer(pycrdt.Doc(client_id=dice.randrange(2**53))) for _ in range(3)]
    sent: list[bytes] = []
    for number, writer in enumerate(writers):
        for other in writers:
            if other is not writer:
                other.unheard[number] = []

        def made(event: pycrdt.TransactionEvent, number: int = number) -> None:
            if not writers[number].hearing:
                writers[number].made.append(event.update)
                sent.append(event.update)
                for other in writers:
                    if number in other.unheard:
                        other.unheard[number].append(event.update)

        writer.listening = writer.doc.observe(made)
    for _ in range(steps):
        writer = dice.choice(writers)
        roll = dice.random()
        if roll < 0.35:
            writer.hear(dice)
        elif roll < 0.45:
            with writer.doc.transaction():
                for _ in range(4):
                    writer.edit(dice)
        elif roll < 0.55:
            before = writer.doc.get_state()
            for _ in range(3):
                writer.edit(dice)
            sent.append(writer.doc.get_update(before))
        elif roll < 0.6:
            sent.append(writer.doc.get_update())
        elif roll < 0.7 and len(writer.made) > 1:
            sent.append(pycrdt.merge_updates(*dice.sample(writer.made, 2)))
        else:
            writer.edit(dice)
    sent += dice.choices(sent, k=10)
    # Shuffled by a few places, not as a whole: else most is known before it is heard.
    order = sorted(range(len(sent)), key=lambda place: place + dice.gauss(0, 6))
    end: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for writer in writers:
        for update in writer.made:
            end.apply_update(update)
    return [sent[place] for place in order], end


def take(updates: Iterable[bytes], state: NoteState) -> list[bytes]:
    """Give a note all updates, the early ones again until they enter; what entered, in order."""
    entered: list[bytes] = []
    waiting = list(updates)
    while waiting:
        early = []
        for update in waiting:
            try:
                checked = check(update, state)
            except UpdateEarly:
                early.append(update)
                continue
            if not checked.noop:
                state.advance(checked)
                entered.append(checked.data)
        assert len(early) < len(waiting), f"{len(early)} updates wait for what never comes"
        waiting = early
    return entered
