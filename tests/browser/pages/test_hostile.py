"""A note and a presence that somebody made to harm who looks at them, in a real browser (A6).

Whatever the page or the policy complains about fails the test, as in all tests of pages.
"""

from __future__ import annotations

import json

import pytest

from server.sync.codec import var_bytes, var_string, var_uint
from tests.browser.pages.people import Site
from tests.protocol.days import Day
from tests.protocol.plain_client import plain_client
from tests.protocol.wire import STEP_1, Target, wire

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("A6")]

SCRIPT = "<script>window.harmed=1</script><img src=x onerror=window.harmed=1>"
TURNED = "\u202etxet\u202c \u2066isolé\u2069"
LINKS = [
    "javascript:window.harmed=1",
    "JaVaScRiPt:window.harmed=1",
    "\x01javascript:window.harmed=1",
    "data:text/html," + SCRIPT,
    "vbscript:x",
    "https://exemple.fr/" + "x" * 3_000,
    {"toString": "javascript:1"},
    ["javascript:window.harmed=1"],
]
FORMATS = [
    {"__proto__": {"harmed": 1}},
    {"constructor": {"prototype": {"harmed": 1}}},
    {"onclick": "window.harmed=1", "style": "position:fixed", "class": "lock-banner"},
    {"bold": {"a": [1, None]}, "code": "x" * 3_000, "link": None},
]
LINES = [
    {"kind": "script"},
    {"kind": "__proto__"},
    {"kind": {"toString": 1}},
    {"kind": "h1", "indent": 1e9, "quote": "yes", "checked": []},
    {"kind": "code", "lang": '"><script>window.harmed=1</script>', "indent": -5},
    {"kind": "ordered", "indent": "8", "onclick": "window.harmed=1"},
]
EMBEDS = [
    {"footnote": SCRIPT},
    {"footnote": {"a": 1}},
    {"image": "x", "onerror": "window.harmed=1"},
    {"__proto__": {"footnote": "x"}},
    {"constructor": True},
    {"cell": True, "break": True},
    [["x"]],
]
USERS = [
    {"name": SCRIPT, "colour": "red;background:url(https://ailleurs.example/x)", "person": 1},
    {"name": {"a": 1}, "colour": "#fff}*{display:none}", "person": SCRIPT},
    {"name": "x" * 3_000, "colour": None, "person": "__proto__"},
    "no object",
]


async def test_nothing_that_a_note_holds_runs(site: Site) -> None:
    day = Day(site.server, site.entrance)
    ana = await site.in_note("Ana")
    target = Target(site.server.port, day.note, day.token("writer"), "sync")
    async with plain_client(day) as hostile, wire(target) as presence:
        notes = hostile.doc["notes"]
        with hostile.doc.transaction():
            for at, line in enumerate(LINES):
                notes.insert(0, "\n", line)
                notes.insert(0, f"ligne {at} {SCRIPT} {TURNED} ")
            for formats in FORMATS:
                notes.insert(0, "forme ", formats)
            for link in LINKS:
                notes.insert(0, "lien ", {"link": link})
            for embed in EMBEDS:
                notes.insert_embed(0, embed)
        await hostile.settled()
        presence.say(STEP_1)
        for number, user in enumerate(USERS):
            state = {"user": user, "cursor": {"pane": "__proto__", "anchor": {"type": SCRIPT}}}
            entry = var_uint(900 + number) + b"\x01" + var_string(json.dumps(state))
            presence.say(b"\x01" + var_bytes(b"\x01" + entry))
        await presence.pong()

        bob = await site.in_note("Bob")
        for person in (ana, bob):
            shown = await person.reads(
                f"ligne 0 {SCRIPT} {TURNED}", "ligne 5", "lien lien", "forme"
            )
            assert shown.count(SCRIPT) >= len(LINES)
            page = person.page
            assert await page.evaluate("window.harmed ?? ({}).harmed ?? 'well'") == "well"
            links = page.locator(".pane a")
            for link in await links.evaluate_all("all => all.map((a) => a.href)"):
                assert link.startswith(("https://exemple.fr/", "http://127.0.0.1"))
            inside = page.locator(".pane :is(script, img[src], iframe, [onclick], [onerror])")
            assert [await one.evaluate("e => e.outerHTML") for one in await inside.all()] == []

        # What cannot be drawn is kept, also by somebody who writes beside it.
        await bob.type("et après")
        await bob.sees_state("saved")
        await hostile.until(lambda: "et après" in str(notes))
        kept = notes.diff()
        assert [dict(part) for part, _ in kept if isinstance(part, dict)]
        for formats in FORMATS[2:3]:
            assert any(formats.items() <= (given or {}).items() for _, given in kept)
        assert str(notes).count(SCRIPT) == len(LINES)
