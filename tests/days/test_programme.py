"""Every mistake in a programme is one sentence with its line; any other text is a programme."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.days.programme import (
    Programme,
    ProgrammeItem,
    ProgrammeSection,
    TextFile,
    parse_programme,
)
from server.errors import ProgrammeError
from storage.records import Speaker

WHOLE = """\
title: Une journée
subtitle: "Se déplacer : demain"
organiser: Le conseil
place: Saint-Aubin
date: 2026-11-23
timezone: Europe/Paris
language: fr
sections:
  - title: Rencontres
    kind: meeting
    items:
      - title: Le garage
        room: 201
        start: 10:30
        end: "11:15"
        people:
          - {name: Yannick Ledoux, organisation: Garage du Pont-Neuf}
          - {organisation: La Bonne Heure}
        questions: ["Combien ?", "Pour qui ?"]
        notes: notes/10.md
        conclusions: |
          - À retenir
  - title: Ateliers
    kind: workshop
"""


def read_path(file: TextFile) -> str:
    return f"<{file.path}>"


def refusal(text: str) -> ProgrammeError:
    with pytest.raises(ProgrammeError) as caught:
        parse_programme(text, source="day.yml", read=read_path)
    return caught.value


def test_a_whole_programme_is_read_field_by_field() -> None:
    assert parse_programme(WHOLE, source="day.yml", read=read_path) == Programme(
        title="Une journée",
        subtitle="Se déplacer : demain",
        organiser="Le conseil",
        place="Saint-Aubin",
        date="2026-11-23",
        timezone="Europe/Paris",
        language="fr",
        sections=(
            ProgrammeSection(
                "Rencontres",
                "meeting",
                (
                    ProgrammeItem(
                        title="Le garage",
                        room="201",
                        start="10:30",
                        end="11:15",
                        people=(
                            Speaker("Yannick Ledoux", "Garage du Pont-Neuf"),
                            Speaker("", "La Bonne Heure"),
                        ),
                        questions=("Combien ?", "Pour qui ?"),
                        notes="<notes/10.md>",
                        conclusions="- À retenir\n",
                    ),
                ),
            ),
            ProgrammeSection("Ateliers", "workshop", ()),
        ),
    )


@pytest.mark.parametrize("written", ["", "[]", "null", "~"])
def test_a_section_without_items_is_kept(written: str) -> None:
    text = f"title: T\nsections:\n  - title: Vote\n    kind: vote\n    items: {written}\n"
    assert parse_programme(text, source="p").sections == (ProgrammeSection("Vote", "vote"),)


def test_a_title_is_enough() -> None:
    assert parse_programme("title: T", source="p") == Programme("T")


@pytest.mark.parametrize("room", ["201", "0201", "1_0", "2.10", "12e3", "0x1F"])
def test_a_room_written_as_a_number_stays_as_it_is_written(room: str) -> None:
    text = f"title: T\nsections: [{{title: S, items: [{{title: I, room: {room}}}]}}]"
    assert parse_programme(text, source="p").sections[0].items[0].room == room


HEAD = "title: T\nsections:\n"
ITEM = HEAD + "  - title: S\n    items:\n      - title: I\n"


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        pytest.param("", 1, "title", id="nothing"),
        pytest.param("# only a comment", 1, "title", id="a comment"),
        pytest.param("just words", 1, "fields", id="no fields"),
        pytest.param("- title: T", 1, "fields", id="a list"),
        pytest.param("\nsubtitle: S", 2, "title", id="title absent"),
        pytest.param("title:", 1, "title", id="title empty"),
        pytest.param("title: '  '", 1, "title", id="title blank"),
        pytest.param("title: 2026", 1, "quotes", id="title a number"),
        pytest.param("title: no", 1, "quotes", id="title a boolean"),
        pytest.param("title: [T]", 1, "title", id="title a list"),
        pytest.param("title: |\n  T\n  U", 1, "one line", id="title of two lines"),
        pytest.param("title: " + "x" * 501, 1, "500", id="title too long"),
        pytest.param('title: "a\\u0007b"', 1, "control", id="title with a control character"),
        pytest.param('title: "\\ud800"', 1, "control", id="title with half a character"),
        pytest.param("title: T\ntitel: U", 2, "titel", id="unknown field of the day"),
        pytest.param("title: T\n1: U", 2, "`1`", id="a number for a field"),
        pytest.param("title: T\n? [a]\n: U", 2, "field", id="a list for a field"),
        pytest.param("title: T\nplace: A\nplace: B", 3, "place", id="field given twice"),
        pytest.param("title: T\ndate: 23/11/2026", 2, "date", id="date in another order"),
        pytest.param("title: T\ndate: 2026-2-3", 2, "date", id="date without zeros"),
        pytest.param("title: T\ndate: 2026-02-30", 2, "date", id="date that is not"),
        pytest.param("title: T\ndate: 2026-11-23 10:00:00", 2, "date", id="date with a time"),
        pytest.param("title: T\ntimezone: Paris", 2, "Europe/Paris", id="unknown timezone"),
        pytest.param("title: T\ntimezone: Europe", 2, "Europe/Paris", id="half a timezone"),
        pytest.param("title: T\ntimezone: ../x", 2, "Europe/Paris", id="timezone as a path"),
        pytest.param("title: T\nlanguage: français", 2, "language", id="unknown language"),
        pytest.param("title: T\nsections: {a: b}", 2, "list", id="sections no list"),
        pytest.param("title: T\nsections: Ateliers", 2, "list", id="sections as text"),
        pytest.param(HEAD + "  - Ateliers", 3, "section", id="section as text"),
        pytest.param(HEAD + "  - kind: talk", 3, "title", id="section without title"),
        pytest.param(HEAD + "  - title: S\n    kind: party", 4, "workshop", id="unknown kind"),
        pytest.param(HEAD + "  - title: S\n    room: 1", 4, "room", id="field of an item"),
        pytest.param(HEAD + "  - title: S\n    items: 3", 4, "list", id="items no list"),
        pytest.param(ITEM + "      - room: A", 6, "title", id="item without title"),
        pytest.param(ITEM + "        hour: 10", 6, "hour", id="unknown field of an item"),
        pytest.param(ITEM + "        room: [a]", 6, "room", id="room a list"),
        pytest.param(ITEM + "        room: yes", 6, "quotes", id="room a boolean"),
        pytest.param(ITEM + "        start: 9:30", 6, "09:30", id="time without a zero"),
        pytest.param(ITEM + "        start: 24:00", 6, "09:30", id="time that is not"),
        pytest.param(ITEM + "        start: 10h30", 6, "09:30", id="time in French"),
        pytest.param(ITEM + "        end: 10:30:00", 6, "09:30", id="time with seconds"),
        pytest.param(
            ITEM + "        start: 10:30\n        end: 10:29", 7, "before", id="ends too early"
        ),
        pytest.param(ITEM + "        people: Ana", 6, "list", id="people no list"),
        pytest.param(ITEM + "        people: [Ana]", 6, "person", id="person as text"),
        pytest.param(ITEM + "        people: [{}]", 6, "name", id="person without a name"),
        pytest.param(ITEM + "        people: [{nom: A}]", 6, "nom", id="unknown field of a person"),
        pytest.param(ITEM + "        questions: Qui ?", 6, "list", id="questions no list"),
        pytest.param(ITEM + "        questions: [[a]]", 6, "questions", id="question a list"),
        pytest.param(ITEM + "        questions:\n        - ''", 7, "question", id="question empty"),
        pytest.param(ITEM + "        notes: /etc/passwd", 6, "folder", id="absolute path"),
        pytest.param(ITEM + "        notes: ../n.md", 6, "folder", id="path that leads out"),
        pytest.param(ITEM + "        notes: a/../../n.md", 6, "folder", id="path with .. inside"),
        pytest.param(ITEM + "        notes: [a]", 6, "notes", id="notes a list"),
        pytest.param(
            ITEM + '        notes: "\\ud800\\n"', 6, "half", id="half a character in notes"
        ),
        pytest.param("title: T\nplace: 'A", 2, "YAML", id="open quote"),
        pytest.param("title: T\nplace: [A", 2, "YAML", id="open bracket"),
        pytest.param("title: T\n\tplace: A", 2, "YAML", id="a tab"),
        pytest.param("title: T\n place: A", 2, "YAML", id="wrong indent"),
        pytest.param("title: T\n---\ntitle: U", 2, "YAML", id="two documents"),
        pytest.param("%YAML 3.0\n---\ntitle: U", 1, "YAML", id="another YAML"),
        pytest.param("title: T\nplace: \x00", 2, "control", id="a zero byte"),
        pytest.param('title: T\nplace: "\\UFFFFFFFF"', 2, "escaped", id="no such character"),
        pytest.param("title: &a T\nplace: *a", 1, "anchors", id="an anchor"),
        pytest.param("title: T\nplace: *a", 2, "aliases", id="an alias"),
        pytest.param("title: T\n<<: {place: A}", 2, "<<", id="a merge key"),
        pytest.param("title: !!python/object:os.system T", 1, "tags", id="a tag"),
        pytest.param("title: !x {}", 1, "tags", id="a tag of one's own"),
        pytest.param("[" * 100_000, 1, "deeply", id="deep nesting"),
        pytest.param("title: T\nsections: " + "[" * 100 + "]" * 100, 2, "deeply", id="deep list"),
    ],
)
def test_every_mistake_names_its_line(text: str, line: int, named: str) -> None:
    error = refusal(text)
    assert (error.source, error.line) == ("day.yml", line)
    assert named in str(error)
    assert str(error).startswith(f"day.yml, line {line}: ")
    assert "\n" not in str(error)


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "title: T\na: &a [x,x,x,x,x,x,x,x,x]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    assert refusal(bomb).line == 2


def test_without_a_folder_a_file_is_refused_and_a_block_is_taken() -> None:
    with pytest.raises(ProgrammeError, match="there are no files here"):
        parse_programme(ITEM + "        notes: n.md", source="p")
    block = parse_programme(ITEM + "        notes: |\n          # N\n", source="p")
    assert block.sections[0].items[0].notes == "# N\n"


def test_too_many_items_are_refused() -> None:
    items = "      - title: I\n" * 600
    section = f"  - title: S\n    items:\n{items}"
    assert "1000" in str(refusal(HEAD + section * 2))
    assert refusal(HEAD + section * 2).line == 3


WORDS = st.sampled_from(
    [
        *("title", "subtitle", "sections", "items", "kind", "room", "start", "end", "people"),
        *("questions", "notes", "conclusions", "name", "date", "timezone", "language", "talk"),
        *("10:30", "9:30", "2026-11-23", "Europe/Paris", "yes", "12", "/", "..", "é"),
        *("~&*!|>-?'\"[]{},:#%@\\", "<<", "\u00a0", "\u2028", "\x85", "\ud800", "\x07"),
        *"~&*!|>-?'\"[]{},:#%@\\",
    ]
)
YAMLISH = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", ": ", "\n", "\n  ", "\n  - ", ", ", ""])), max_size=40
).map(lambda pairs: "".join(word + gap for word, gap in pairs))


@given(YAMLISH | st.text(max_size=200) | st.text(string.printable, max_size=200))
def test_any_text_is_a_programme_or_one_refusal(text: str) -> None:
    for written in (text, f"title: T\n{text}", f"{ITEM}        notes: {text}"):
        try:
            programme = parse_programme(written, source="p", read=read_path)
        except ProgrammeError:
            continue
        assert programme.title
        str(programme).encode()
