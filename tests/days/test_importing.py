"""Any file on any day: what was brought in is no difference any more, and no note is lost."""

from __future__ import annotations

import random
from itertools import count
from random import Random

from server.days.differences import compare
from server.days.edit import Act
from server.days.importing import Making, beginnings, bring_in
from server.days.incoming.listing import EVERYTHING, Incoming
from server.days.programme import Programme, ProgrammeItem, ProgrammeSection
from server.days.view import DayView, load_day
from storage import catalogue, log
from storage.values import Milliseconds, PersonId
from tests.days.conftest import NOW, TwoDays, both_engines, initial_text

ROUNDS = 60
FORMATS = (EVERYTHING, EVERYTHING - {"order"}, EVERYTHING - {"section", "order", "kind"})


def drawn(draw: Random) -> Programme:
    """A few items out of a few, in sections out of a few: some with identifiers, some alike."""
    sources = draw.sample(range(12), draw.randrange(1, 10))
    sections: dict[int, list[ProgrammeItem]] = {}
    for source in sources:
        item = ProgrammeItem(
            title=f"Titre {source // 2}",
            room=str(draw.randrange(3)),
            source=f"i{source}" if source % 3 else "",
        )
        sections.setdefault(draw.randrange(3), []).append(item)
    order = draw.sample(sorted(sections), len(sections))
    return Programme(
        "T",
        sections=tuple(
            ProgrammeSection(f"S{n}", "talk", tuple(sections[n]), f"s{n}" if n else "")
            for n in order
        ),
    )


@both_engines
def test_what_was_brought_in_is_no_difference_any_more(store: TwoDays) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    draw = Random(seed)
    clients = count(1_000)
    making = Making(lambda: next(clients), initial_text)
    day = store.one.day.id
    for _ in range(ROUNDS):
        incoming = Incoming(drawn(draw), (), draw.choice(FORMATS))
        with store.database.write() as db:
            before = _look(load_day(db, day))
            rows = {ref.id: log.head(db, ref.id).seq for ref in catalogue.notes(db, day)}
            act = Act.begin(db, day, by=PersonId("o"), at=Milliseconds(NOW))
            seen = compare(load_day(db, day), incoming)
            missing = [item.id for _, item in seen.missing]
            blank = {id: 1 for id in missing if draw.random() < 0.5}
            bring_in(
                act,
                incoming,
                beginnings(incoming, making),
                seen=seen.version,
                blank=blank,
                new_id=store.new_id,
            )
            after = load_day(db, day)
            assert {ref.id for ref in catalogue.notes(db, day)} >= set(rows)
            assert all(log.head(db, note).seq == seq for note, seq in rows.items())
        kept = set(missing) - set(blank)
        now = _look(after)
        assert all(now[id] == before[id] for id in kept)
        planned = sum(len(section.items) for section in incoming.programme.sections)
        assert len(now) == planned + len(kept)
        again = compare(after, incoming)
        assert not any(section.changes or section.is_moved for section in again.sections)
        assert not any(one.changes or one.is_moved for _, one in again.items)
        # Without an identifier, one of two that are called alike cannot be found again.
        new = [one.planned for _, one in again.items if one.standing is None]
        assert not any(item is not None and item.source for item in new)


def _look(day: DayView) -> dict[str, tuple[str, str, str, str]]:
    """What stands in the day, with its notes."""
    return {
        item.id: (section.id, item.title, item.room, item.note.id) for section, item in day.items()
    }
