"""What a page is told beside the note: the server's notices, read by the page's own code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from server.days.access import Role
from server.errors import TooLarge
from server.sync.notices import decided_notice, hears_hello, locking_notice
from storage.values import PersonId
from tests.peers.driver import FOLDER
from tests.sync.conftest import NOTE, Hall

CLIENT = Path(__file__).parents[2] / "client"
LISTED = json.loads((FOLDER.parent / "vectors" / "notices.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def page_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's modules, bundled as the pages themselves are."""
    folder = tmp_path_factory.mktemp("page")
    subprocess.run(
        [
            CLIENT / "node_modules/.bin/esbuild",
            *(CLIENT / "src/net" / name for name in ("notices.ts", "unsaved.ts")),
            "--bundle",
            "--format=esm",
            "--target=es2020",
            "--out-extension:.js=.mjs",
            f"--outdir={folder}",
            "--log-level=warning",
        ],
        check=True,
        timeout=30,
    )
    return folder


def in_the_page(
    folder: Path, payloads: Sequence[str] = (), courses: Sequence[Any] = ()
) -> dict[str, Any]:
    process = subprocess.run(
        ["node", FOLDER / "notices.mjs", folder],
        input=json.dumps({"payloads": payloads, "courses": courses}),
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
        check=True,
    )
    answer: dict[str, Any] = json.loads(process.stdout)
    return answer


def test_the_page_reads_the_listed_payloads(page_code: Path) -> None:
    payloads = [vector["payload"] for vector in LISTED["read"]]
    for vector, notice in zip(
        LISTED["read"], in_the_page(page_code, payloads)["notices"], strict=True
    ):
        assert notice == vector["notice"], vector["payload"]


@pytest.mark.promise("U1")
def test_the_page_counts_what_is_not_saved(page_code: Path) -> None:
    courses = [course["steps"] for course in LISTED["unsaved"]]
    for course, found in zip(
        LISTED["unsaved"], in_the_page(page_code, courses=courses)["counted"], strict=True
    ):
        assert found == {"count": course["count"], "saved": course["saved"]}, course["what"]


async def test_the_page_reads_what_a_room_says(page_code: Path, hall: Hall) -> None:
    anne, bruno = await hall.joined(name="Anne"), await hall.joined(Role.READER, name="Bruno")
    for peer in (anne, bruno):
        peer.hello()
    await hall.rooms.lock([NOTE], by=PersonId("Zoé"), why="« clos »", drain_seconds=0)
    anne.type("trop tard")
    anne.say()
    await hall.settled()
    bruno.hello()
    anne.hello()  # asks how things stand now
    anne.member.end(TooLarge("« trop »"))
    for peer in (anne, bruno):
        peer.listen()
    said = [json.loads(payload) for payload in anne.notices]
    lock = next(notice["locked"] for notice in said if notice.get("locked"))
    zoe = {"by": "Zoé", "at": lock["at"], "why": "« clos »"}
    read = in_the_page(page_code, [*anne.notices, *bruno.notices])["notices"]
    assert None not in read
    of_anne, of_bruno = read[: len(anne.notices)], read[len(anne.notices) :]
    state = {
        "type": "state",
        "role": "writer",
        "locked": None,
        "planned": None,
        "muted": None,
        "held": 0,
        "waiting": 0,
    }
    assert of_anne[0] == state
    assert state | {"locked": zoe, "held": 1} in of_anne
    assert of_anne[-1] == {"type": "refused", "code": "too_large", "message": "« trop »"}
    assert of_bruno[-1] == state | {"role": "reader", "locked": zoe}


@pytest.mark.promise("W3")
async def test_who_said_no_hello_hears_no_notice(hall: Hall) -> None:
    plain, page = await hall.joined(), await hall.joined()
    page.hello()
    await hall.rooms.lock([NOTE], by=PersonId("Zoé"), why="fin", drain_seconds=0)
    for peer in (plain, page):
        peer.type("trop tard")
        peer.say()
    await hall.settled()
    await hall.rooms.unlock([NOTE], by=PersonId("Zoé"))
    for peer in (plain, page):
        peer.listen()
    assert page.notices
    assert plain.notices == []
    assert plain.scopes == ["read-write", "readonly", "read-write"], "it is told in its own framing"


def test_the_page_reads_the_warning_before_a_lock(page_code: Path) -> None:
    warning = json.dumps(locking_notice(in_ms=1500, by="Zoé", why="fin"))
    assert in_the_page(page_code, [warning])["notices"] == [
        {"type": "locking", "inMs": 1500, "by": "Zoé", "why": "fin"}
    ]


@pytest.mark.promise("K4")
async def test_who_decides_hears_at_once_that_a_text_waits(page_code: Path, hall: Hall) -> None:
    anne, zoe = await hall.joined(name="Anne"), await hall.joined(Role.MODERATOR, name="Zoé")
    zoe.hello()
    await hall.rooms.lock([NOTE], by=PersonId("Zoé"), why="", drain_seconds=0)
    for text in ("trop ", "tard"):
        anne.type(text)
        anne.say()
        await hall.settled()
    zoe.listen()
    waiting = [one["waiting"] for one in in_the_page(page_code, zoe.notices)["notices"]]
    assert waiting[0] == 0
    assert waiting[-1] == 1, "two updates of one connection are one text"


def test_the_page_reads_what_was_decided(page_code: Path) -> None:
    decided = json.dumps(decided_notice("keep", by="Zoé", held=[1, 2], text="tard"))
    assert in_the_page(page_code, [decided])["notices"] == [
        {"type": "decided", "what": "keep", "by": "Zoé", "text": "tard"}
    ]


@pytest.mark.promise("W3")
@pytest.mark.parametrize(
    ("payload", "heard"),
    [
        ('{"type":"hello","schema":1}', True),
        ('{"type":"hello"}', True),
        ('{"type":"hullo"}', False),
        ('"hello"', False),
        ("hello", False),
        ("", False),
        ("[" * 900, False),
        ('{"type":"hello","more":"' + "x" * 1000 + '"}', False),
    ],
)
def test_a_hello(payload: str, heard: bool) -> None:
    assert hears_hello(payload) is heard
