"""The structural check, case by case: what a note refuses, waits for, takes, and takes in part."""

from __future__ import annotations

import pytest

from server.errors import UpdateRefused
from server.sync import shape
from server.sync.codec import decode_state_vector, encode_state_vector, var_bytes
from server.sync.updates import (
    MAX_CLIENTS,
    NoteState,
    UpdateEarly,
    check,
    check_shape,
    covered,
)
from tests.sync.poisons import ANNE, FIRST, FOREIGN, POISONS, in_notes
from tests.sync.written import Id, deleted, embed, formatted, gap, text, update

BRUNO, NEW = 400, 5
LAST: Id = (ANNE, 6)
"""The last letter of the note."""


def note(*updates: bytes) -> NoteState:
    state = NoteState()
    for one in updates:
        state.advance(check(one, state))
    return state


# What is refused


@pytest.mark.promise("W4")
@pytest.mark.parametrize("what", POISONS)
def test_a_poison_is_refused(what: str) -> None:
    _harm, data = POISONS[what]
    for state in (note(FIRST), NoteState()):
        with pytest.raises(UpdateRefused):
            check(data, state)


@pytest.mark.parametrize("what", FOREIGN)
def test_a_note_is_text_in_two_roots(what: str) -> None:
    with pytest.raises(UpdateRefused) as refused:
        check(FOREIGN[what], NoteState())
    assert "a note" in str(refused.value)


def test_another_root_is_named() -> None:
    with pytest.raises(UpdateRefused, match="“title”; a note has “notes” and “conclusions”"):
        check(FOREIGN["another root"], NoteState())


@pytest.mark.parametrize(
    "json",
    ["true", "null", "0", "-0.5e-3", '"é\\u00e9\\ud83d\\ude00\\\\ud83d"', '{"a":[1,{}]}',
     " [ ] ", "1.7976931348623157e308", "9007199254740993", '{"a":1,"a":2}', "[" * 64 + "]" * 64],
)  # fmt: skip
def test_json_that_every_reader_takes(json: str) -> None:
    for one in (embed(json), formatted("link", json)):
        data = update([(NEW, 0, [one])])
        assert check(data, NoteState()).data == data


def test_formats_and_embeds_are_small() -> None:
    largest = '"' + "x" * (shape.MAX_JSON_BYTES - 2) + '"'
    check(update([(NEW, 0, [embed(largest), formatted("k" * 64, largest)])]), NoteState())
    with pytest.raises(UpdateRefused, match="4097 bytes"):
        check(in_notes(5, var_bytes(largest.encode()[:-1] + b'x"')), NoteState())


def test_an_update_has_a_bounded_number_of_pieces() -> None:
    pieces = shape.MAX_STRUCTS
    structs = [deleted(1), *(deleted(1, (NEW, clock)) for clock in range(pieces - 1))]
    check(update([(NEW, 0, structs[:-1])], [(NEW, [(0, 1)])]), NoteState())
    with pytest.raises(UpdateRefused, match="too many pieces"):
        check(update([(NEW, 0, structs)], [(NEW, [(0, 1)])]), NoteState())
    # What the note has already is read whatever its size: it was taken in parts.
    assert len(shape.read(update([(NEW, 0, structs * 2)]), at_most=shape.ANY_NUMBER).runs) == 1


def test_a_note_can_be_joined_however_many_wrote_in_it() -> None:
    state = NoteState(clocks={2**52 + client: 2**31 - 2 for client in range(MAX_CLIENTS - 1)})
    state.advance(check(update([(NEW, 0, [text("a")])]), state))
    assert decode_state_vector(encode_state_vector(state.clocks)) == state.clocks
    with pytest.raises(UpdateRefused, match="client ids"):
        check(update([(6, 0, [text("b")])]), state)
    check(update([(NEW, 1, [text("b", (NEW, 0))])]), state)


# What is too early

EARLY = {
    "a clock gap": update([(ANNE, 9, [text("!", (ANNE, 6))])]),
    "letters after unknown ones": update([(NEW, 0, [text("!", (BRUNO, 0))])]),
    "letters before unknown ones": update([(NEW, 0, [text("!", None, (ANNE, 7))])]),
    "a deletion of what a person has not typed yet": update([], [(BRUNO, [(0, 100)])]),
    "a deletion that reaches beyond what was typed": update([], [(ANNE, [(5, 3)])]),
    "a gap in the midst": update([(ANNE, 0, [text("bonjour"), gap(3), text("!", LAST)])]),
    "a gap at the end": update([(ANNE, 7, [text("!", LAST), gap(3)])]),
}


@pytest.mark.parametrize("what", EARLY)
def test_what_is_missing_first_is_asked_for(what: str) -> None:
    state = note(FIRST)
    with pytest.raises(UpdateEarly):
        check(EARLY[what], state)
    assert not covered(check_shape(EARLY[what]), state)


def test_what_was_early_enters_when_its_time_has_come() -> None:
    state = note(FIRST)
    before, early = text("...", LAST), text("!", (ANNE, 9))
    with pytest.raises(UpdateEarly):
        check(update([(ANNE, 10, [early])]), state)
    state.advance(check(update([(ANNE, 7, [before])]), state))
    state.advance(check(update([(ANNE, 10, [early])]), state))
    with_a_gap = update([(ANNE, 0, [text("bonjour"), gap(3), early, text("?", (ANNE, 10))])])
    assert check(with_a_gap, state).data == update([(ANNE, 11, [text("?", (ANNE, 10))])])


# What enters


def test_what_is_all_new_enters_byte_for_byte() -> None:
    structs = [text("é", LAST), formatted("bold", "true", (ANNE, 7)), deleted(3, (ANNE, 8))]
    data = update([(ANNE, 7, structs)], [(ANNE, [(0, 1), (4, 2), (9, 3)])])
    checked = check(data, note(FIRST))
    assert checked.data == data
    assert checked.writers == [ANNE]
    assert checked.deletes == [(ANNE, 0, 1), (ANNE, 4, 6), (ANNE, 9, 12)]


@pytest.mark.promise("L6")
def test_what_is_known_is_nothing() -> None:
    state = note(FIRST, update([], [(ANNE, [(1, 3)])]))
    again = check(update([(ANNE, 0, [text("bonjour")])], [(ANNE, [(1, 1), (2, 2)])]), state)
    assert again.noop
    assert again.data == b"\0\0"
    assert check(b"\0\0", state).noop


TRIMMED = {
    "a run that goes on": (
        update([(ANNE, 0, [text("bonjour"), text("!", LAST)])]),
        update([(ANNE, 7, [text("!", LAST)])]),
    ),
    "a text that goes on": (
        update([(ANNE, 0, [text("bonjour à tous")])]),
        update([(ANNE, 7, [text(" à tous", LAST)])]),
    ),
    "a text that goes on before another's": (
        update([(BRUNO, 0, [text("x")]), (ANNE, 2, [text("njour!", (ANNE, 1), (BRUNO, 0))])]),
        update([(BRUNO, 0, [text("x")]), (ANNE, 7, [text("!", LAST, (BRUNO, 0))])]),
    ),
    "deleted text that goes on": (
        update([(ANNE, 5, [deleted(9, (ANNE, 4))])]),
        update([(ANNE, 7, [deleted(7, LAST)])]),
    ),
    "other letters under known clocks": (
        update([(ANNE, 0, [text("BONSOIR, monde")])]),
        update([(ANNE, 7, [text(", monde", LAST)])]),
    ),
    "emoji that go on": (
        update([(ANNE, 0, [text("bonjour😀👩🏽")])]),
        update([(ANNE, 7, [text("😀👩🏽", LAST)])]),
    ),
    "deletions that are known in part": (
        update([], [(ANNE, [(0, 7)])]),
        update([], [(ANNE, [(0, 2), (4, 3)])]),
    ),
    "deletions that overlap, out of order": (
        update([], [(ANNE, [(5, 1), (0, 1), (0, 2), (4, 1)])]),
        update([], [(ANNE, [(0, 2), (4, 2)])]),
    ),
    "known edits of one and new ones of another": (
        update([(ANNE, 0, [text("bonjour")]), (BRUNO, 0, [text("x", LAST)])]),
        update([(BRUNO, 0, [text("x", LAST)])]),
    ),
}


@pytest.mark.promise("L6")
@pytest.mark.parametrize("what", TRIMMED)
def test_only_what_is_new_enters(what: str) -> None:
    state = note(FIRST, update([], [(ANNE, [(2, 2)])]))
    sent, new = TRIMMED[what]
    checked = check(sent, state)
    assert checked.data == new
    assert check(new, state).data == new
    state.advance(checked)
    assert check(sent, state).noop


def test_two_may_build_on_each_other_in_turn() -> None:
    """Anne's second builds on Bruno's first and so on: a ladder, in whatever order it comes."""
    rungs = 200
    runs = []
    for one, other, ahead in ((1, 2, 0), (2, 1, 1)):
        structs = [text("a", (other, step - 1 + ahead) if step + ahead else None)
                   for step in range(rungs)]  # fmt: skip
        runs.append((one, 0, structs))
    for order in (runs, runs[::-1]):
        assert check(update(order), NoteState()).writers == [run[0] for run in order]


# Characters of two halves

ROW = "a😀b👩🏽‍🚒c"
"""Low halves at 2, 5, 7 and 10."""
LOWS = {2, 5, 7, 10}
CLOCKS = range(len(ROW.encode("utf-16-le")) // 2)


def test_where_the_halves_are() -> None:
    data = update([(ANNE, 0, [text("é"), text(ROW, (ANNE, 0))])])
    assert check(data, NoteState()).lows == {(ANNE, low + 1) for low in LOWS}


@pytest.mark.promise("L7")
@pytest.mark.parametrize("in_one", [False, True], ids=["of the note", "of the same update"])
@pytest.mark.parametrize("clock", CLOCKS)
def test_no_edit_cuts_a_character(clock: int, in_one: bool) -> None:
    row = (ANNE, 0, [text(ROW)])
    state, sent = (NoteState(), [row]) if in_one else (note(update([row])), [])
    cuts = [
        update([*sent, (NEW, 0, [text("x", None, (ANNE, clock))])]),
        update([*sent, (NEW, 0, [formatted("bold", "true", None, (ANNE, clock))])]),
        update([*sent, (NEW, 0, [embed("{}", None, (ANNE, clock))])]),
    ]
    if clock:
        cuts += [
            update([*sent, (NEW, 0, [text("x", (ANNE, clock - 1))])]),
            update([*sent, (NEW, 0, [formatted("bold", "null", (ANNE, clock - 1))])]),
            update(sent, [(ANNE, [(0, clock)])]),
            update(sent, [(ANNE, [(clock, len(CLOCKS) - clock)])]),
        ]
    for cut in cuts:
        if clock in LOWS:
            with pytest.raises(UpdateRefused, match="character"):
                check(cut, state)
        else:
            assert check(cut, state).data == cut


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_is_known_never_ends_inside_a_character(clock: int) -> None:
    state = NoteState(clocks={ANNE: clock})
    sent = update([(ANNE, 0, [text(ROW)])])
    if clock in LOWS:
        with pytest.raises(UpdateRefused, match="character"):
            check(sent, state)
    else:
        units = ROW.encode("utf-16-le")[clock * 2 :].decode("utf-16-le")
        origin = (ANNE, clock - 1) if clock else None
        assert check(sent, state).data == update([(ANNE, clock, [text(units, origin)])])


def test_a_lie_about_known_letters_makes_no_halves() -> None:
    """Who says that another's letters are emoji would keep everybody from writing between them."""
    state = note(FIRST)
    lie = update([(ANNE, 0, [text("😀😀😀r")]), (BRUNO, 0, [text("x", LAST)])])
    state.advance(check(lie, state))
    assert not state.lows
    check(update([(NEW, 0, [text("-", (ANNE, 2), (ANNE, 3))])]), state)


def test_halves_are_known_after_a_reload() -> None:
    full = update([(ANNE, 0, [text(ROW)])], [(ANNE, [(1, 2)])])
    vector = encode_state_vector({ANNE: len(CLOCKS), NEW: 0})
    state = NoteState.from_parts(vector, update([], [(ANNE, [(1, 2)])]), full)
    assert state.clocks == {ANNE: len(CLOCKS)}
    assert {client: list(spans) for client, spans in state.deletes.items()} == {ANNE: [(1, 3)]}
    assert state.lows == {(ANNE, low) for low in LOWS}
