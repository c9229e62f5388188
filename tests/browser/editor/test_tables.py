"""A table as it is drawn: its columns stand under each other wherever there is room for them."""

from typing import Any

import pytest

from tests.browser.editor.conftest import Lab, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIVIDERS = """() => [...document.querySelectorAll(".line[data-kind=row]")].map((row) =>
  [...row.querySelectorAll(".cell")].map((cell) => cell.getBoundingClientRect().left))"""
ALIGNED = f"""wanted => {{
  const rows = ({DIVIDERS})()
  const off = (row) => row.some((place, column) => Math.abs(place - rows[0][column]) > 1)
  return wanted === !rows.some(off)
}}"""


def row(*cells: str) -> list[dict[str, Any]]:
    delta: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        delta += [{"insert": {"cell": True}}] if number else []
        delta += [{"insert": cell}] if cell else []
    return [*delta, {"insert": "\n", "attributes": {"kind": "row"}}]


async def aligned(person: Person, wanted: bool) -> None:
    await person.page.wait_for_function(ALIGNED, arg=wanted)


async def test_columns_stand_under_each_other_while_one_types(alone: Lab) -> None:
    (ana,) = alone.people
    table = [*row("Déplacements", "2015", "2025"), *row("à pied", "7 %", ""), *row("", "", "x")]
    await ana.page.set_viewport_size({"width": 1280, "height": 720})
    await alone.reopen([*table, {"insert": "après\n"}])
    await aligned(ana, True)
    dividers = await ana.page.evaluate(DIVIDERS)
    assert dividers[0][0] < dividers[0][1]

    await ana.select(1, -1)
    await ana.type("un texte")
    await ana.select(2, 0)
    await ana.type("une première cellule plus large que toutes les autres")
    await ana.page.wait_for_function(
        f"before => ({DIVIDERS})()[0][0] > before + 100", arg=dividers[0][0]
    )
    await aligned(ana, True)
    await alone.check()


async def test_a_table_wider_than_its_pane_scrolls_in_itself(alone: Lab) -> None:
    (ana,) = alone.people
    table = [
        *row("un mot", "deux", "et le troisième"),
        *row("plus de mots que cela", "x", "y, mais aussi z"),
    ]
    await ana.page.set_viewport_size({"width": 280, "height": 720})
    await alone.reopen([*table, {"insert": "après\n"}])
    await aligned(ana, True)
    await ana.page.wait_for_function(
        "() => new Set([...document.querySelectorAll('.line[data-kind=row]')]"
        "  .map((row) => row.scrollWidth)).size === 1"
    )
    wide, page, rows = await ana.page.evaluate(
        "() => [document.documentElement.scrollWidth, innerWidth,"
        " [...document.querySelectorAll('.line[data-kind=row]')]"
        "   .map((row) => [row.scrollWidth > row.clientWidth, row.scrollLeft])]"
    )
    assert wide <= page
    assert rows == [[True, 0], [True, 0]]
    # What one types in is scrolled into sight, and the other rows go along.
    await ana.select(1, -1)
    await ana.type("z")
    await ana.page.wait_for_function(
        "() => { const [one, two] = [...document.querySelectorAll('.line[data-kind=row]')]"
        "  .map((row) => row.scrollLeft); return one > 50 && one === two }"
    )
    await aligned(ana, True)
    await alone.check()


async def test_cells_follow_each_other_where_a_table_is_far_too_wide(alone: Lab) -> None:
    (ana,) = alone.people
    await ana.page.set_viewport_size({"width": 1280, "height": 720})
    words = " ".join(["beaucoup plus de mots que cela"] * 8)
    await alone.reopen([*row("un mot", "deux"), *row(words, "trois")])
    await aligned(ana, True)
    await ana.page.set_viewport_size({"width": 320, "height": 720})
    await ana.page.locator(".line.flowing").last.wait_for()
    await aligned(ana, False)
    await ana.page.set_viewport_size({"width": 1280, "height": 720})
    await aligned(ana, True)
    await alone.check()


SHAPES: list[tuple[str, list[str]]] = [
    ("Alt+Shift+ArrowDown", ["a|b|c", "d|e|f", "||", "g|h"]),
    ("Alt+Shift+ArrowUp", ["a|b|c", "||", "d|e|f", "g|h"]),
    ("Alt+Shift+ArrowRight", ["a|b||c", "d|e||f", "g|h|"]),
    ("Alt+Shift+ArrowLeft", ["a||b|c", "d||e|f", "g||h"]),
    ("Alt+Shift+Backspace", ["a|b|c", "g|h"]),
    ("Alt+Shift+Delete", ["a|c", "d|f", "g"]),
]


@pytest.mark.parametrize(("key", "wanted"), SHAPES, ids=[case[0] for case in SHAPES])
async def test_rows_and_columns_come_and_go_by_keys(
    alone: Lab, key: str, wanted: list[str]
) -> None:
    (ana,) = alone.people
    await alone.reopen(
        [*row("a", "b", "c"), *row("d", "e", "f"), *row("g", "h"), {"insert": "après\n"}]
    )
    before = await ana.call("delta")
    await ana.select(1, 3)
    await ana.press(key)
    shown = [line[2].replace("<cell>", "|") for line in await ana.lines()]
    assert shown == [*wanted, "après"]
    await alone.check()
    await ana.press("Control+z")
    assert await ana.call("delta") == before


async def test_the_last_row_and_the_last_column_take_the_table_along(alone: Lab) -> None:
    (ana,) = alone.people
    for lines, command in (
        ([*row("a", "b")], "removeRow"),
        ([*row("a"), *row("b")], "removeColumn"),
        ([*row("a", "b"), *row("c", "d")], "removeTable"),
    ):
        await alone.reopen([{"insert": "avant\n"}, *lines, {"insert": "après\n"}])
        await ana.select(1, 1)
        await ana.page.evaluate("command => lab.run('Ana', command)", command)
        assert await ana.text() == "avant\n\naprès"
        await ana.type("ici")
        assert await ana.text() == "avant\nici\naprès"
        await alone.check()


@pytest.mark.promise("L7")
async def test_two_change_the_shape_of_one_table_and_all_words_stay(pair: Lab) -> None:
    ana, bob = pair.people
    await pair.reopen([*row("a", "b"), *row("c", "d")])
    await ana.select(0, 0)
    await ana.press("Alt+Shift+ArrowRight")
    await ana.type("x")
    await bob.select(1, -1)
    await bob.press("Alt+Shift+ArrowDown")
    await bob.type("y")
    await pair.sync()
    assert sorted((await ana.text()).replace("<cell>", "").replace("\n", "")) == list("abcdxy")
