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


async def test_cells_follow_each_other_where_there_is_no_room(alone: Lab) -> None:
    (ana,) = alone.people
    await ana.page.set_viewport_size({"width": 1280, "height": 720})
    await alone.reopen([*row("un mot", "deux"), *row("beaucoup plus de mots que cela", "trois")])
    await aligned(ana, True)
    await ana.page.set_viewport_size({"width": 200, "height": 720})
    await aligned(ana, False)
    await ana.page.set_viewport_size({"width": 1280, "height": 720})
    await aligned(ana, True)
    await alone.check()
