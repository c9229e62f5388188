"""A word that a phone's keyboard is composing, while others write: on an emulated Pixel 7."""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.editor.conftest import Lab, Person

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.promise("U2"),
    pytest.mark.promise("L7"),
]

LINES = ["First paragraph here", "Second one, for choice", "Third"]
Remote = Callable[[Person], Awaitable[None]]


async def nothing(_person: Person) -> None:
    pass


def typed(line: int, offset: int, text: str) -> Remote:
    async def act(person: Person) -> None:
        await person.select(line, offset)
        await person.type(text)

    return act


def pressed(line: int, offset: int, *keys: str) -> Remote:
    async def act(person: Person) -> None:
        await person.select(line, offset)
        await person.press(*keys)

    return act


REMOTE: list[tuple[str, Remote, str]] = [
    ("nothing", nothing, "First paragraph here\nSecond bonjour one, for choice\nThird"),
    (
        "another line",
        typed(0, 5, "XX"),
        "FirstXX paragraph here\nSecond bonjour one, for choice\nThird",
    ),
    (
        "before, in my line",
        typed(1, 0, "XX"),
        "First paragraph here\nXXSecond bonjour one, for choice\nThird",
    ),
    (
        "after, in my line",
        typed(1, -1, "XX"),
        "First paragraph here\nSecond bonjour one, for choiceXX\nThird",
    ),
    (
        "a line above",
        pressed(0, -1, "Enter"),
        "First paragraph here\n\nSecond bonjour one, for choice\nThird",
    ),
    (
        "my line becomes a heading",
        typed(1, 0, "# "),
        "First paragraph here\nSecond bonjour one, for choice\nThird",
    ),
    (
        "my line becomes a task",
        typed(1, 0, "[ ] "),
        "First paragraph here\nSecond bonjour one, for choice\nThird",
    ),
    (
        "my line is split after",
        pressed(1, 12, "Enter"),
        "First paragraph here\nSecond bonjour one, \nfor choice\nThird",
    ),
    (
        "my line is joined",
        pressed(1, 0, "Backspace"),
        "First paragraph hereSecond bonjour one, for choice\nThird",
    ),
    (
        "the next line is joined to mine",
        pressed(2, 0, "Backspace"),
        "First paragraph here\nSecond bonjour one, for choiceThird",
    ),
]


@pytest.mark.parametrize(
    ("remote", "expected"), [c[1:] for c in REMOTE], ids=[c[0] for c in REMOTE]
)
async def test_a_composed_word_survives_others(phone: Lab, remote: Remote, expected: str) -> None:
    ana, bob = phone.people
    await phone.reopen(LINES)
    await remote(bob)
    await ana.select(1, 6)
    keyboard = await ana.page.context.new_cdp_session(ana.page)
    for part in (" b", " bo", " bonj"):
        await keyboard.send(
            "Input.imeSetComposition",
            {"text": part, "selectionStart": len(part), "selectionEnd": len(part)},
        )
    await phone.carry(bob, ana)
    # Bob's caret, too, comes into the line, and is drawn on the next frame.
    await bob.select(1, 3)
    await bob.call("setPresence", {"user": {"name": "Bob", "colour": "#117733"}})
    await bob.page.wait_for_function("() => lab.presence('Bob').cursor?.head")
    await phone.carry_presence(bob, ana)
    await ana.page.evaluate("() => new Promise(requestAnimationFrame)")
    for part in (" bonjo", " bonjou", " bonjour"):
        await keyboard.send(
            "Input.imeSetComposition",
            {"text": part, "selectionStart": len(part), "selectionEnd": len(part)},
        )
    await keyboard.send("Input.insertText", {"text": " bonjour"})
    await keyboard.detach()
    await ana.page.wait_for_function("() => !lab.peer('Ana').editor.view.composing")
    await phone.carry(ana, bob)
    assert await ana.text() == expected
    # A line that became another element while it was composed in is drawn again afterwards.
    await ana.page.wait_for_function(
        "wanted => lab.screen('Ana') === wanted", arg=await bob.call("screen")
    )
    await phone.check()


async def test_words_composed_one_after_another(phone: Lab) -> None:
    """Both compose in one line at once, every step carried across at once."""
    ana, bob = phone.people
    await phone.reopen(["x"])
    sessions = {}
    for person, offset in ((ana, 0), (bob, 1)):
        await person.select(0, offset)
        sessions[person.name] = await person.page.context.new_cdp_session(person.page)
    for word in ("one ", "two "):
        for length in range(1, len(word) + 1):
            for person in phone.people:
                part = word[:length]
                await sessions[person.name].send(
                    "Input.imeSetComposition",
                    {"text": part, "selectionStart": length, "selectionEnd": length},
                )
            await phone.carry(ana, bob)
            await phone.carry(bob, ana)
        for person in phone.people:
            await sessions[person.name].send("Input.insertText", {"text": word})
            await person.page.wait_for_function(
                "name => !lab.peer(name).editor.view.composing", arg=person.name
            )
    await phone.sync()
    assert await ana.text() == "one two xone two "
