"""Two people in one place at once, with real keys: both people's words are kept, none is doubled.

Bob makes a gesture while Ana types in the same place; neither has seen the other. Then both are
carried across. What must come out is always the same: Bob's result with Ana's words in it once.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.editor.conftest import Lab, Line, Person

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.promise("U2"),
    pytest.mark.promise("L7"),
]

Gesture = Callable[[Person], Awaitable[None]]
Place = tuple[int, int]
WORDS = "[ana]"
TWO: list[Line] = ["first paragraph", "second paragraph"]
ITEMS: list[Line] = [
    ("one", {"kind": "bullet"}),
    ("two", {"kind": "bullet", "indent": 1}),
    ("three", {"kind": "bullet", "indent": 1}),
    ("four", {"kind": "bullet", "indent": 1}),
]
END = -1


def keys(place: Place, *pressed: str) -> Gesture:
    async def gesture(person: Person) -> None:
        await person.select(*place)
        await person.press(*pressed)

    return gesture


def typed(place: Place, text: str) -> Gesture:
    async def gesture(person: Person) -> None:
        await person.select(*place)
        await person.type(text)

    return gesture


def selected(start: Place, end: Place, *pressed: str) -> Gesture:
    async def gesture(person: Person) -> None:
        await person.select(*start, *end)
        await person.press(*pressed)

    return gesture


def pasted(place: Place, html: str) -> Gesture:
    async def gesture(person: Person) -> None:
        await person.select(*place)
        await person.paste(html)

    return gesture


def command(place: Place, name: str, *given: object) -> Gesture:
    async def gesture(person: Person) -> None:
        await person.select(*place)
        await person.page.evaluate(
            "([name, command, given]) => lab.run(name, command, ...given)",
            [person.name, name, list(given)],
        )

    return gesture


GESTURES: list[tuple[str, list[Line], Gesture, Place]] = [
    ("heading by typing #", TWO, typed((0, 0), "# "), (0, 5)),
    ("heading by keys", TWO, keys((0, 2), "Control+Alt+Digit2"), (0, END)),
    ("list by typing -", TWO, typed((0, 0), "- "), (0, 5)),
    ("task by typing [ ]", TWO, typed((0, 0), "[ ] "), (0, END)),
    ("quote by typing >", TWO, typed((1, 0), "> "), (1, 0)),
    ("code by typing ```", TWO, typed((1, 0), "```"), (1, 6)),
    ("indent", ITEMS, keys((0, 0), "Tab"), (0, END)),
    ("outdent the second, words in the fourth", ITEMS, keys((1, 0), "Shift+Tab"), (3, END)),
    ("outdent the second, words in it", ITEMS, keys((1, 0), "Shift+Tab"), (1, 1)),
    ("bold", TWO, selected((0, 0), (0, 5), "Control+b"), (0, 3)),
    ("Enter in the middle, words at the end", TWO, keys((0, 5), "Enter"), (0, END)),
    ("Enter in the middle, words at the start", TWO, keys((0, 5), "Enter"), (0, 0)),
    ("Enter in the middle, words there", TWO, keys((0, 5), "Enter"), (0, 5)),
    ("Enter at the end, words there", TWO, keys((0, END), "Enter"), (0, END)),
    ("Enter after a heading", [("title", {"kind": "h1"}), "x"], keys((0, END), "Enter"), (0, END)),
    ("Enter before a line", TWO, keys((1, 0), "Enter"), (1, 0)),
    ("join, words at the end", TWO, keys((1, 0), "Backspace"), (1, END)),
    ("join, words in the middle", TWO, keys((1, 0), "Backspace"), (1, 6)),
    ("join, words at the start", TWO, keys((1, 0), "Backspace"), (1, 0)),
    ("join, words in the first line", TWO, keys((1, 0), "Backspace"), (0, 5)),
    ("join, words at the end of the first", TWO, keys((1, 0), "Backspace"), (0, END)),
    ("join by Delete", TWO, keys((0, END), "Delete"), (1, END)),
    ("delete a line with words in it", TWO, selected((0, 0), (1, 0), "Delete"), (0, 5)),
    (
        "delete two lines with words in one",
        [*TWO, "third"],
        selected((0, 0), (2, 0), "Backspace"),
        (1, 6),
    ),
    ("type over a selection around the words", TWO, selected((0, 2), (1, 3), "z"), (0, 8)),
    ("paste lines", TWO, pasted((0, 5), "<ul><li>a<li>b</ul>"), (0, 8)),
    ("paste over a line", TWO, pasted((0, 5), "<p>a</p><p>b</p>"), (0, 5)),
    ("tick a task", [("do it", {"kind": "task"})], keys((0, 0), "Control+Enter"), (0, END)),
    ("table row", ["cells"], command((0, END), "insertTable", 3), (0, 2)),
    ("next row", [("a", {"kind": "row"}), "b"], keys((0, END), "Enter"), (0, END)),
    ("break in the line", TWO, keys((0, 5), "Shift+Enter"), (0, 5)),
]


@pytest.mark.parametrize(
    ("lines", "gesture", "place"),
    [case[1:] for case in GESTURES],
    ids=[case[0] for case in GESTURES],
)
async def test_both_are_kept(pair: Lab, lines: list[Line], gesture: Gesture, place: Place) -> None:
    ana, bob = pair.people
    await pair.reopen(lines)
    await gesture(bob)
    alone = await bob.lines()
    await typed(place, WORDS)(ana)
    await pair.sync()
    together = await bob.lines()
    assert [line[2].replace(WORDS, "", 1) for line in together] == [line[2] for line in alone]
    assert [line[:2] for line in together] == [line[:2] for line in alone]
    assert (await bob.text()).count(WORDS) == 1


async def test_words_at_the_end_stay_at_the_end_of_the_half_that_was_theirs(pair: Lab) -> None:
    ana, bob = pair.people
    await pair.reopen(TWO)
    await keys((0, 5), "Enter")(bob)
    await typed((0, END), WORDS)(ana)
    await pair.sync()
    assert (await ana.text()).split("\n")[:2] == ["first", f" paragraph{WORDS}"]


BOTH: list[tuple[str, list[Line], Gesture, Gesture, list[str]]] = [
    (
        "both join the same lines",
        TWO,
        keys((1, 0), "Backspace"),
        keys((1, 0), "Backspace"),
        ["first paragraphsecond paragraph"],
    ),
    (
        "both press Enter in one place",
        TWO,
        keys((0, 5), "Enter"),
        keys((0, 5), "Enter"),
        ["first\n\n paragraph\nsecond paragraph"],
    ),
    (
        "one joins, one splits the second line",
        TWO,
        keys((1, 0), "Backspace"),
        keys((1, 6), "Enter"),
        ["first paragraphsecond\n paragraph"],
    ),
    (
        "one deletes the line that the other splits",
        TWO,
        selected((0, 0), (1, 0), "Delete"),
        keys((0, 5), "Enter"),
        ["\nsecond paragraph"],
    ),
    (
        "heading and list on one line",
        TWO,
        keys((0, 0), "Control+Alt+Digit2"),
        keys((0, 0), "Control+Shift+Digit8"),
        ["first paragraph\nsecond paragraph"],
    ),
    (
        "both type in one place",
        ["ab"],
        typed((0, 1), "xxx"),
        typed((0, 1), "yyy"),
        ["axxxyyyb", "ayyyxxxb"],
    ),
    (
        "both make the same list",
        TWO,
        typed((0, 0), "- "),
        typed((0, 0), "- "),
        ["first paragraph\nsecond paragraph"],
    ),
]


@pytest.mark.parametrize(
    ("lines", "one", "other", "allowed"),
    [case[1:] for case in BOTH],
    ids=[case[0] for case in BOTH],
)
async def test_both_make_a_gesture(
    pair: Lab, lines: list[Line], one: Gesture, other: Gesture, allowed: list[str]
) -> None:
    ana, bob = pair.people
    await pair.reopen(lines)
    await one(bob)
    await other(ana)
    await pair.sync()
    assert await ana.text() in allowed


async def test_two_who_type_in_one_place_get_two_words(pair: Lab) -> None:
    """Letters do not alternate, although every letter is carried at once."""
    ana, bob = pair.people
    await pair.reopen(["ab"])
    await ana.select(0, 1)
    await bob.select(0, 1)
    for own, other in zip("xxxx", "yyyy", strict=True):
        await ana.type(own)
        await bob.type(other)
        await pair.sync()
    assert await ana.text() in ("axxxxyyyyb", "ayyyyxxxxb")


async def test_a_caret_at_the_start_of_a_line_stays_with_its_text(pair: Lab) -> None:
    ana, bob = pair.people
    await pair.reopen(TWO)
    await ana.select(1, 0)
    await keys((0, END), "Enter")(bob)
    await typed((1, 0), "between")(bob)
    await pair.sync()
    await ana.type(WORDS)
    assert (await ana.text()).split("\n") == [
        "first paragraph",
        "between",
        f"{WORDS}second paragraph",
    ]


@pytest.mark.parametrize("what", ["their words", "their caret"])
async def test_a_caret_that_was_just_moved_is_not_put_back_by_others(pair: Lab, what: str) -> None:
    ana, bob = pair.people
    await pair.reopen(["first", "last"])
    await ana.select(1, 4)
    await bob.select(0, 5)
    if what == "their words":
        await bob.type("!")
        given = await bob.call("take")
    else:
        await bob.page.wait_for_function("() => lab.presence('Bob')?.cursor?.head")
        given = await bob.call("takePresence")
    # As when a key has moved the caret and the browser has not told it yet: in one turn, which
    # for carets is that of the frame in which they are drawn.
    await ana.page.evaluate(
        """([what, given]) => new Promise((done) => {
          requestAnimationFrame(() => {
            const line = document.querySelector(".pane .line")
            const words = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
            getSelection().collapse(words.nextNode(), 1)
            if (what === "give") lab.give("Ana", given)
            requestAnimationFrame(done)
          })
          if (what !== "give") lab.givePresence("Ana", given)
        })""",
        ["give" if what == "their words" else "givePresence", given],
    )
    await ana.type("[ana]")
    assert await ana.text() == f"f[ana]irst{'!' if what == 'their words' else ''}\nlast"
    await pair.sync()


@pytest.mark.parametrize(
    ("key", "expected"),
    [("Enter", "f\nirst\nlast"), ("Delete", "frst\nlast")],
)
async def test_a_key_right_behind_another_works_where_that_one_led(
    pair: Lab, key: str, expected: str
) -> None:
    """Two keys may come so close that the browser has not yet told where the first one led."""
    ana, bob = pair.people
    await pair.reopen(["first", "last"])
    await ana.select(1, 4)
    await ana.page.evaluate(
        """(key) => {
          const line = document.querySelector(".pane .line")
          const words = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
          getSelection().collapse(words.nextNode(), 1)
          const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
          const own = !line.parentElement.dispatchEvent(pressed)
          if (!own && key === "Delete") document.execCommand("forwardDelete")
        }""",
        key,
    )
    assert await ana.text() == expected
    await pair.sync()
    assert await bob.text() == expected
