"""What one person wrote lately is taken back by one edit on top, and nothing of others goes."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from random import Random

import pycrdt
import pytest

from server.days.access import Role
from server.errors import BadInput, Conflict
from server.sync.document import EMPTY_UPDATE, Choked, merge
from server.sync.ranges import Ranges
from server.sync.taking_back import TakingBack, work_out
from server.sync.typed import written_outside
from storage import journal, recent
from storage import log as storage_log
from storage.values import DayId, Kind, Milliseconds, PersonId
from tests.sync.conftest import NOTE, Hall, Peer, first_row, right_here

INÈS, PAUL = PersonId("inès"), PersonId("paul")
MINUTE_MS = 60_000


def taking_back(hall: Hall, *, at: Milliseconds | None = None) -> TakingBack:
    """`at`: the moment in place of the hall's own clock."""
    clock = hall.clock if at is None else lambda: at
    return TakingBack(hall.store, hall.pump, hall.rooms, clock=clock, elsewhere=right_here)


async def all_hear(hall: Hall, *peers: Peer) -> None:
    for _ in range(3):
        for peer in peers:
            peer.say()
            peer.listen()
        await hall.settled()


async def vandalism(hall: Hall) -> tuple[Peer, Peer]:
    """Quentin's text, in which Paul has deleted, written and made bold; Quentin went on inside."""
    paul, quentin = await hall.joined(name=PAUL), await hall.joined(name="quentin")
    quentin.type("Le marché est ouvert.")
    await all_hear(hall, paul, quentin)
    paul.type("NUL NUL NUL ", at=3)
    paul.delete(15, 23)  # "marché " with its accent
    paul.doc.get("notes", type=pycrdt.Text).format(0, 2, {"bold": True})
    await all_hear(hall, paul, quentin)
    quentin.type("oui ", at=7)  # in the middle of what will go
    await all_hear(hall, paul, quentin)
    return paul, quentin


@pytest.mark.promise("H3")
async def test_what_one_wrote_goes_and_what_others_wrote_inside_it_stays(hall: Hall) -> None:
    paul, quentin = await vandalism(hall)
    assert "NUL oui NUL" in quentin.text
    rows_before = await hall.store.tail(NOTE, 0)
    seq, found = await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, paul, quentin)
    assert quentin.text == "Le oui marché est ouvert.\n" == paul.text == await hall.stored_text()
    assert quentin.delta == paul.delta == await hall.stored_delta()
    assert all(formats == {} for _, formats in quentin.delta), "its bold is gone too"
    assert (found.removes, found.restores) == ("NUL NUL NUL ", "marché ")
    rows = await hall.store.tail(NOTE, 0)
    assert rows[: len(rows_before)] == rows_before, "an edit on top"
    assert (rows[-1].seq, rows[-1].author) == (seq, INÈS)
    paul.type("Pardon. ")
    quentin.type("Bien. ")
    await all_hear(hall, paul, quentin)
    assert "Pardon. " in quentin.text
    assert quentin.text == paul.text == await hall.stored_text()


@pytest.mark.promise("H3")
async def test_taking_back_is_taken_back_and_what_comes_again_is_its_authors(hall: Hall) -> None:
    paul, quentin = await vandalism(hall)
    vandalised = quentin.delta
    again = taking_back(hall)
    seq, _ = await again.take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, paul, quentin)
    mended = quentin.delta
    for number in range(4):
        seq, _ = await again.reverse(NOTE, PAUL, seq, by=INÈS)
        await all_hear(hall, paul, quentin)
        assert quentin.delta == (mended if number % 2 else vandalised) == paul.delta
        assert quentin.delta == await hall.stored_delta()
        if number == 0:
            owners = await hall.store.read(lambda db: storage_log.writers(db, NOTE))
            assert list(owners.values()).count(PAUL) == 2, "his own, and that of what came again"
    with pytest.raises(Conflict, match="not the last"):
        await again.reverse(NOTE, PAUL, seq - 1, by=INÈS)
    lines = await hall.store.read(lambda db: journal.of_day(db, DayId("day")))
    assert [line.what for line in lines[-5:]] == ["take_back", *["give_back", "take_back"] * 2]
    assert {line.who for line in lines[-5:]} == {INÈS}
    assert {line.note for line in lines[-5:]} == {NOTE}


@pytest.mark.promise("H3")
async def test_what_was_taken_back_once_is_not_restored_twice(hall: Hall) -> None:
    paul, quentin = await vandalism(hall)
    await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, paul, quentin)
    with pytest.raises(Conflict, match="nothing"):
        await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    paul.type("ENCORE ")
    paul.delete(10, 14)
    await all_hear(hall, paul, quentin)
    count, found = await taking_back(hall).preview(NOTE, PAUL, 10)
    assert (count, found.removes) == (2, "ENCORE ")
    assert "ENCORE " in quentin.text, "a preview changes nothing"
    await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, paul, quentin)
    assert quentin.text == "Le oui marché est ouvert.\n" == paul.text == await hall.stored_text()


@pytest.mark.promise("H3", "K1")
async def test_it_passes_a_lock_in_the_name_of_who_does_it(hall: Hall) -> None:
    paul, quentin = await vandalism(hall)
    await hall.rooms.lock([NOTE], by=INÈS, why="", drain_seconds=0)
    await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, paul, quentin)
    assert quentin.text == "Le oui marché est ouvert.\n" == await hall.stored_text()
    inside = False
    for row in await hall.store.tail(NOTE, 0):
        inside = inside or row.kind is Kind.LOCK
        assert not inside or row.author == INÈS


@pytest.mark.promise("H3")
async def test_only_what_is_recent_is_taken_back(hall: Hall) -> None:
    paul = await hall.joined(name=PAUL)
    paul.type("Tout de suite. ")
    await all_hear(hall, paul)
    later = Milliseconds(hall.clock() + 20 * MINUTE_MS)
    with pytest.raises(Conflict, match="nothing"):
        await taking_back(hall, at=later).take_back(NOTE, PAUL, 10, by=INÈS)
    assert (await taking_back(hall, at=later).preview(NOTE, PAUL, 30))[0] == 1
    for minutes in (0, 10_000):
        with pytest.raises(BadInput):
            await taking_back(hall).preview(NOTE, PAUL, minutes)
    assert await hall.stored_text() == "Tout de suite. \n"


@pytest.mark.promise("H3")
async def test_two_moderators_at_once_take_it_back_once(hall: Hall) -> None:
    paul, quentin = await vandalism(hall)
    done = await asyncio.gather(
        *(taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in done) == 2, done
    await all_hear(hall, paul, quentin)
    assert quentin.text == "Le oui marché est ouvert.\n" == paul.text == await hall.stored_text()


@pytest.mark.promise("H3")
async def test_who_wrote_lately_is_told_without_what_was_taken_back(hall: Hall) -> None:
    _paul, _quentin = await vandalism(hall)
    since = Milliseconds(hall.clock() - MINUTE_MS)
    found = await hall.store.read(lambda db: recent.authors(db, NOTE, since=since))
    assert found == {PAUL: 3, PersonId("quentin"): 2}
    seq, _ = await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    found = await hall.store.read(lambda db: recent.authors(db, NOTE, since=since))
    assert INÈS not in found, "she typed nothing"
    (taken,) = await hall.store.read(lambda db: recent.taken_back(db, NOTE, since=since))
    assert (taken.seq, taken.person, taken.by, taken.given) == (seq, PAUL, INÈS, False)


@pytest.mark.promise("H3")
async def test_random_vandalism_is_taken_back_and_nothing_else(hall: Hall) -> None:
    seed = Random().randrange(10**9)
    print(f"seed {seed}")
    random = Random(seed)
    paul = await hall.joined(name=PAUL)
    others = [await hall.joined(name=name) for name in ("quentin", "rose")]
    others[0].type("Bonjour, voici une note de départ. ")
    await all_hear(hall, paul, *others)
    for _ in range(40):
        write_somewhere(random, paul, "xyz😀")
        for one in others:
            if random.random() < 0.5:
                write_somewhere(random, one, "ABCÉ")
        if random.random() < 0.7:
            await all_hear(hall, paul, *others)
    await all_hear(hall, paul, *others)
    before = Counter(letter for letter in others[0].text if letter in "ABCÉ")
    seq, _ = await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    await all_hear(hall, paul, *others)
    text = others[0].text
    assert text == others[1].text == paul.text == await hall.stored_text()
    assert not set(text) & set("xyz😀")
    assert not before - Counter(text), "every letter of the others that was there is there"
    mended = paul.delta
    seq, _ = await taking_back(hall).reverse(NOTE, PAUL, seq, by=INÈS)
    await taking_back(hall).reverse(NOTE, PAUL, seq, by=INÈS)
    await all_hear(hall, paul, *others)
    assert others[0].delta == mended == paul.delta == await hall.stored_delta()


def write_somewhere(random: Random, peer: Peer, letters: str) -> None:
    text = peer.text
    borders = [0, *itertools.accumulate(len(letter.encode()) for letter in text[:-1])]
    start, end = sorted(random.choices(borders, k=2))
    what = random.random()
    if what < 0.6 or start == end:
        peer.type("".join(random.choices(letters, k=random.randrange(1, 5))), at=start)
    elif what < 0.85:
        peer.delete(start, min(end, next(b for b in borders if b >= start + 1)))
    else:
        bold = random.choice([True, None])
        peer.doc.get("notes", type=pycrdt.Text).format(start, end, {"bold": bold})


def test_rows_that_are_not_marked_are_not_taken_back() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=5)
    made: list[bytes] = []
    doc.apply_update(first_row())
    listening = doc.observe(lambda event: made.append(event.update))
    doc.get("notes", type=pycrdt.Text).insert(0, "de Quentin")
    doc.unobserve(listening)
    (row,) = made
    assert work_out([first_row()], [(row, True)], 99).removes == "de Quentin"
    found = work_out([first_row()], [(row, False)], 99)
    assert (found.update, found.removes, found.restores) == (EMPTY_UPDATE, "", "")
    with pytest.raises(Choked):
        work_out([first_row()], [(b"\x01\x01", True)], 99)
    note = merge([first_row(), row])
    theirs = {5: Ranges([(2, 4)])}
    assert written_outside(note, theirs, {})
    assert written_outside(note, theirs, {5: Ranges([(3, 9)])})
    assert not written_outside(note, theirs, {5: Ranges([(0, 4)])})


async def test_a_moderator_types_on_under_their_own_name(hall: Hall) -> None:
    paul, quentin = await vandalism(hall)
    inès = await hall.joined(Role.MODERATOR, name=INÈS)
    inès.hello()
    await taking_back(hall).take_back(NOTE, PAUL, 10, by=INÈS)
    inès.type("Repris. ")
    await all_hear(hall, inès, paul, quentin)
    assert quentin.text == "Repris. Le oui marché est ouvert.\n" == await hall.stored_text()
    assert json.loads(inès.notices[0])["muted"] is None
