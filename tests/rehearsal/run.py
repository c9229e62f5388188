"""The rehearsal itself: what happens when, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from playwright.async_api import Browser, BrowserContext

from tests.peers.driver import HOCUSPOCUS, Y_WEBSOCKET, PeerError, Peers
from tests.rehearsal.rhythm import rhythm
from tests.rehearsal.typists import PageHand, StockHand, Typist
from tests.running import RunningServer

NOTES = 3
"""How many notes people type in at once."""
PATIENCE_SECONDS = 60.0
"""How long a part may wait for its acknowledged sentences on a slow machine."""


@dataclass(frozen=True, slots=True)
class Script:
    """How long each part takes at least, in seconds. `seed` decides who types how fast."""

    before_kill: float = 4.0
    after_kill: float = 4.0
    after_locks: float = 3.0
    acknowledged: int = 4
    """How many sentences must be acknowledged in each part before the next one begins."""
    seed: int = 1
    trace: Path | None = None
    haste: float = 1.0
    """How many times as fast as in life: a short rehearsal needs sentences that end."""


@dataclass
class Outcome:
    """What there was to see."""

    day: str
    export: str
    given: list[tuple[str, str]] = field(default_factory=list)
    """Each item's title and the text it began with, in the programme's order."""
    typists: list[Typist] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    held: int = 0

    @property
    def acknowledged(self) -> list[str]:
        return [sentence for typist in self.typists for sentence in sorted(typist.acknowledged)]


async def rehearse(
    folder: Path, server: RunningServer, peers: Peers, browser: Browser, script: Script
) -> Outcome:
    """Create the day of `folder`, type in it, kill the server, lock, and export."""
    made: dict[str, Any] = json.loads(
        await asyncio.to_thread(server.calepin, "new", str(folder / "programme.yml"), "--json")
    )
    notes = [item["note"] for item in made["items"]]
    places = notes[:: max(1, len(notes) // NOTES)][:NOTES]
    outcome = Outcome(made["day"], "", given=given_texts(folder))
    outcome.typists = await _gather_typists(server, peers, browser, made, places, script)
    stop, progress = asyncio.Event(), asyncio.Condition()

    async def part(seconds: float) -> None:
        enough = len(outcome.acknowledged) + script.acknowledged
        await asyncio.sleep(seconds)
        async with asyncio.timeout(PATIENCE_SECONDS), progress:
            await progress.wait_for(lambda: len(outcome.acknowledged) >= enough)

    async with asyncio.TaskGroup() as typing:
        for typist in outcome.typists:
            typing.create_task(typist.run(stop, progress))
        await part(script.before_kill)
        await asyncio.to_thread(server.restart)
        await part(script.after_kill)
        async with server.http(made["tokens"]["moderator"]) as http:
            for note in places[:2]:
                answer = await http.post(f"/api/notes/{note}/lock", json={"why": "Débat clos"})
                answer.raise_for_status()
                outcome.locked.append(note)
            await part(script.after_locks)
            stop.set()
    await _arrived(server, peers, made["tokens"]["reader"], outcome)
    async with server.http(made["tokens"]["moderator"]) as http:
        for note in outcome.locked:
            held = (await http.get(f"/api/notes/{note}/held")).raise_for_status().json()
            outcome.held += len(held["held"])
    outcome.export = await asyncio.to_thread(server.calepin, "export", made["day"])
    return outcome


async def _arrived(server: RunningServer, peers: Peers, token: str, outcome: Outcome) -> None:
    """Wait until a reader has all that was typed in open notes. What never comes is found missing
    in the export: a plain client says of nothing that it is saved, and may be just coming back."""
    for note in {typist.note for typist in outcome.typists} - set(outcome.locked):
        reader = await peers.open(f"reader {note}", Y_WEBSOCKET[-1], server.ws_url, note, token)
        for typist in outcome.typists:
            for sentence in typist.typed if typist.note == note else ():
                with suppress(PeerError):
                    await reader.wait(contains=sentence)
        await reader.close()


async def _gather_typists(
    server: RunningServer,
    peers: Peers,
    browser: Browser,
    made: dict[str, Any],
    places: Sequence[str],
    script: Script,
) -> list[Typist]:
    token = made["tokens"]["writer"]
    typists: list[Typist] = []
    for number, kind in enumerate((*Y_WEBSOCKET, *HOCUSPOCUS)):
        note = places[number % len(places)]
        peer = await peers.open(kind, kind, server.ws_url, note, token)
        hand = StockHand(peer, counts_saved=kind in HOCUSPOCUS)
        typists.append(_typist(len(typists), note, hand, script))
    for number, role in enumerate(("writer", "moderator")):
        note = places[number + 1]
        context = await browser.new_context(locale="fr-FR")
        page = await _open_note(context, server, made, note, role)
        typists.append(_typist(len(typists), note, PageHand(page), script))
    return typists


def _typist(number: int, note: str, hand: Any, script: Script) -> Typist:
    pace = rhythm(script.seed * 1000 + number, script.trace, haste=script.haste)
    return Typist(f"Personne{number}", note, hand, pace)


async def _open_note(
    context: BrowserContext, server: RunningServer, made: dict[str, Any], note: str, role: str
) -> Any:
    page = await context.new_page()
    await page.goto(f"{server.base_url}/join/{made['tokens'][role]}")
    await page.fill("input[name=name]", f"Page {role}")
    await page.press("input[name=name]", "Enter")
    await page.wait_for_url("**/d/**")
    await page.goto(f"{server.base_url}/d/{made['day']}/n/{note}")
    await page.wait_for_selector("[data-pane=notes] .pane[contenteditable=true]")
    return page


def given_texts(folder: Path) -> list[tuple[str, str]]:
    """The items of a programme with the texts that their notes begin with."""
    programme = yaml.safe_load((folder / "programme.yml").read_text("utf-8"))
    out = []
    for section in programme["sections"]:
        for item in section.get("items") or []:
            texts = [item.get("notes") or "", item.get("conclusions") or ""]
            read = [
                (folder / text).read_text("utf-8") if text and "\n" not in text else text
                for text in texts
            ]
            out.append((item["title"], "\n\n".join(read)))
    return out


# What must be true afterwards


def problems(outcome: Outcome) -> list[str]:
    """Everything that is not as promised; empty after a good day."""
    found: list[str] = []
    exported = plain(outcome.export)
    position = 0
    for title, text in outcome.given:
        heading = exported.find(plain(title).strip(), position)
        if heading < 0:
            found.append(f"“{title}” is not in the export at its place")
            continue
        position = heading
        missing = Counter(words(text)) - Counter(words(exported[heading:]))
        if missing:
            found.append(f"“{title}” lost {sum(missing.values())} words: {list(missing)[:8]}")
    for typist in outcome.typists:
        lost = [s for s in typist.typed if s not in exported and s in typist.acknowledged]
        found += [f"acknowledged and not in the export: {sentence}" for sentence in lost]
        if typist.note not in outcome.locked:
            lost = [s for s in typist.typed if s not in exported]
            found += [f"typed in an open note and not in the export: {s}" for s in lost]
    if not outcome.acknowledged:
        found.append("nothing at all was acknowledged")
    return found


_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)


def plain(markdown: str) -> str:
    """The text of a Markdown document, without its marks."""
    out: list[str] = []
    body = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    for token in _READER.parse(body):
        if token.type == "inline":
            out.append("".join(_text(child) for child in token.children or []))
        elif token.type in ("fence", "code_block"):
            out.append(token.content)
    return "\n".join(out)


def _text(token: Any) -> str:
    if token.type in ("text", "code_inline"):
        return str(token.content)
    return "\n" if token.type in ("softbreak", "hardbreak") else ""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))
