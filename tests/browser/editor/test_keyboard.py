"""What the keys do for one person: shortcuts as typed, lists, tables, leaving the field."""

import pytest

from tests.browser.editor.conftest import Lab

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_note_typed_with_shortcuts(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen([""])
    await ana.select(0, 0)
    await ana.type("# Atelier 1")
    await ana.press("Enter")
    await ana.type("Un **mot** en *biais* et `code`.")
    await ana.press("Enter")
    await ana.type("- un")
    await ana.press("Enter")
    await ana.type("deux")
    await ana.press("Tab", "Enter")
    await ana.type("trois")
    await ana.press("Enter", "Enter", "Enter")
    await ana.type("1. premier")
    await ana.press("Enter", "Enter")
    await ana.type("[ ] tâche")
    await ana.press("Control+Enter", "Enter")
    await ana.type("autre")
    await ana.press("Enter", "Enter")
    await ana.type("> citation")
    await ana.press("Enter", "Enter")
    await ana.type("---")
    await ana.type("```x = 1")
    await ana.press("Enter")
    await ana.type("  y = 2")
    assert await ana.lines() == [
        ["h1", 0, "Atelier 1"],
        [None, 0, "Un mot en biais et code."],
        ["bullet", 0, "un"],
        ["bullet", 1, "deux"],
        ["bullet", 1, "trois"],
        ["ordered", 0, "premier"],
        ["task", 0, "tâche"],
        ["task", 0, "autre"],
        [None, 0, "citation"],
        ["rule", 0, ""],
        ["code", 0, "x = 1"],
        ["code", 0, "  y = 2"],
    ]
    delta = await ana.call("delta")
    assert {"insert": "mot", "attributes": {"bold": True}} in delta
    assert {"insert": "biais", "attributes": {"italic": True}} in delta
    assert {"insert": "code", "attributes": {"code": True}} in delta
    assert {"insert": "\n", "attributes": {"kind": "task", "checked": True}} in delta
    assert {"insert": "\n", "attributes": {"quote": True}} in delta
    await alone.check()


async def test_inclusive_forms_and_french_spaces_stay_as_typed(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen([""])
    await ana.select(0, 0)
    words = "les salarié·e·s, acteur.rice.s et tou*te*s\u00a0: «\u00a0oui\u00a0», snake_case_name"
    await ana.type(words)
    assert await ana.call("delta") == [{"insert": f"{words}\n"}]


async def test_backspace_takes_away_what_a_line_is_before_it_joins(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen(["one", ("two", {"kind": "bullet", "indent": 1, "quote": True})])
    await ana.select(1, 0)
    seen = []
    for _ in range(4):
        await ana.press("Backspace")
        seen.append(await ana.call("delta"))
    assert [step[-1].get("attributes") for step in seen[:2]] == [
        {"kind": "bullet", "quote": True},
        {"quote": True},
    ]
    assert seen[2] == [{"insert": "one\ntwo\n"}]
    assert seen[3] == [{"insert": "onetwo\n"}]


async def test_tab_indents_in_lists_and_leaves_elsewhere(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen(["plain", ("item", {"kind": "bullet"})])
    here = "() => document.activeElement === lab.peer('Ana').editor.view.dom"
    await ana.select(1, 0)
    await ana.press("Tab")
    assert (await ana.lines())[1] == ["bullet", 1, "item"]
    assert await ana.page.evaluate(here)
    await ana.press("Escape", "Tab")
    assert not await ana.page.evaluate(here)
    await ana.select(0, 0)
    await ana.press("Tab")
    assert not await ana.page.evaluate(here)


async def test_a_table_is_filled_with_tab_and_enter(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen([""])
    await ana.select(0, 0)
    await ana.page.evaluate("() => lab.run('Ana', 'insertTable', 2)")
    await ana.type("a")
    await ana.press("Tab")
    await ana.type("b")
    await ana.press("Tab")
    await ana.type("c")
    await ana.press("Tab")
    await ana.type("d")
    await ana.press("Enter")
    await ana.press("Enter")
    await ana.type("after")
    assert await ana.lines() == [
        ["row", 0, "a<cell>b"],
        ["row", 0, "c<cell>d"],
        [None, 0, "after"],
    ]
    await alone.check()


async def test_a_tick_of_the_box_is_a_change_of_the_line(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen([("do it", {"kind": "task"})])
    await ana.page.get_by_role("checkbox", name="Done").check()
    assert (await ana.call("delta"))[-1]["attributes"] == {"kind": "task", "checked": True}
    await ana.call("setEditable", False)
    assert await ana.page.get_by_role("checkbox", name="Done").is_disabled()


async def test_a_read_only_pane_takes_nothing(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen(["fixed"])
    await ana.select(0, 2)
    await ana.call("setEditable", False)
    await ana.type("no")
    await ana.press("Enter", "Backspace", "Control+b")
    await ana.paste("<p>no</p>", "no")
    assert await ana.page.evaluate("() => lab.run('Ana', 'setKind', 'h1')") is False
    assert await ana.call("take") is None
    box = ana.page.get_by_role("textbox", name="Ana")
    assert await box.get_attribute("aria-readonly") == "true"
    await ana.call("setEditable", True)
    await ana.select(0, 5)
    await ana.type("!")
    assert await ana.text() == "fixed!"


async def test_opening_a_note_writes_nothing(alone: Lab) -> None:
    """Not even where the text has no last newline, or holds what this page does not know."""
    (ana,) = alone.people
    raw = [
        {"insert": "a", "attributes": {"kind": "h9", "colour": "red"}},
        {"insert": {"picture": 1}},
        {"insert": "\n", "attributes": {"kind": "poem", "align": "left", "indent": "many"}},
        {"insert": "no newline"},
    ]
    await alone.reopen(raw)
    assert await ana.call("take") is None
    assert await ana.lines() == [["poem", "many", "a<unknown>"], [None, 0, "no newline"]]
    await ana.select(1, -1)
    await ana.type("!")
    await ana.select(0, 1)
    await ana.type("b")
    delta = await ana.call("delta")
    assert delta == [
        {"insert": "a", "attributes": {"kind": "h9", "colour": "red"}},
        {"insert": "b"},
        {"insert": {"picture": 1}},
        {"insert": "\n", "attributes": {"kind": "poem", "align": "left", "indent": "many"}},
        {"insert": "no newline!"},
    ]
    await alone.check()


async def test_footnotes_and_links_are_asked_for(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen(["a claim"])
    await ana.select(0, -1)
    await ana.page.evaluate("() => lab.run('Ana', 'insertFootnote')")
    await ana.page.get_by_label("Text of the footnote").fill("its source")
    await ana.page.get_by_role("button", name="Save").click()
    await ana.page.wait_for_selector("dialog", state="detached")
    await ana.select(0, 2, 0, 7)
    await ana.press("Control+k")
    await ana.page.get_by_label("Address").fill("javascript:alert(1)")
    await ana.page.get_by_role("button", name="Save").click()
    assert "Only http" in await ana.page.get_by_role("alert").inner_text()
    await ana.page.get_by_label("Address").fill("example.org/x")
    await ana.press("Enter")
    await ana.page.wait_for_selector("dialog", state="detached")
    assert await ana.call("delta") == [
        {"insert": "a "},
        {"insert": "claim", "attributes": {"link": "https://example.org/x"}},
        {"insert": {"footnote": "its source"}},
        {"insert": "\n"},
    ]
    await alone.check()


async def test_links_and_footnotes_as_markdown_writes_them(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen([""])
    await ana.select(0, 0)
    await ana.type(
        "[le site](https://example.org/a) dit^[En mars.] et (https://example.org/b). Fin"
    )
    assert await ana.call("delta") == [
        {"insert": "le site", "attributes": {"link": "https://example.org/a"}},
        {"insert": " dit"},
        {"insert": {"footnote": "En mars."}},
        {"insert": " et ("},
        {"insert": "https://example.org/b", "attributes": {"link": "https://example.org/b"}},
        {"insert": "). Fin\n"},
    ]
    # What is dangerous or no address stays as it was typed.
    await alone.reopen([""])
    await ana.select(0, 0)
    await ana.type("[x](javascript:alert(1)) [y](page) acteur.rice.s ")
    assert await ana.call("delta") == [
        {"insert": "[x](javascript:alert(1)) [y](page) acteur.rice.s \n"}
    ]
    await alone.check()


async def test_an_address_pasted_over_words_makes_them_a_link(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen(["voir le site"])
    await ana.select(0, 5, 0, -1)
    await ana.paste("", " https://example.org/a\n")
    assert (await ana.call("delta"))[1] == {
        "insert": "le site",
        "attributes": {"link": "https://example.org/a"},
    }
    await ana.select(0, -1)
    await ana.paste('<a href="https://example.org/b">B</a>', "https://example.org/b")
    await ana.type("!")
    assert await ana.call("delta") == [
        {"insert": "voir "},
        {"insert": "le site", "attributes": {"link": "https://example.org/a"}},
        {"insert": "https://example.org/b", "attributes": {"link": "https://example.org/b"}},
        {"insert": "!"},
        {"insert": "\n"},
    ]
    await alone.check()


async def test_a_rule_and_code_by_buttons_and_keys(alone: Lab) -> None:
    (ana,) = alone.people
    await alone.reopen(["avant"])
    await ana.select(0, -1)
    await ana.page.evaluate("() => lab.run('Ana', 'insertRule')")
    await ana.type("x = 1")
    await ana.press("Control+Alt+Digit5")
    assert await ana.lines() == [[None, 0, "avant"], ["rule", 0, ""], ["code", 0, "x = 1"]]
    await alone.check()
