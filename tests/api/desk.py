"""An organiser at work on a day, over the API."""

from __future__ import annotations

from typing import Any

from server.export.panes import import_pieces
from server.export.reader import read_note
from server.sync.document import merge
from storage.values import ConnectionId, NoteId, PersonId, Submission
from tests.api.conftest import Api, Made


class Desk:
    """An organiser at work on one day."""

    def __init__(self, api: Api, made: Made) -> None:
        self.api, self.made = api, made
        self.day = f"/api/days/{made.day}"

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        given = {} if body is None else {"json": body}
        answer = await self.api.ask(method, self.day + path, self.made.tokens["organiser"], **given)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None, *, status: int) -> Any:
        answer = await self.ask(method, path, body, status)
        assert answer["error"]["message"].endswith(".")
        return answer["error"]

    async def take_back(self, edited: Any) -> Any:
        """Send the request that takes an act back."""
        undo = edited["undo"]
        return await self.ask(undo["method"], undo["path"].removeprefix(self.day), undo["body"])

    async def shown(self) -> Any:
        return await self.ask("GET", "")

    async def outline(self) -> list[tuple[str, list[str]]]:
        return [
            (section["title"], [item["title"] for item in section["items"]])
            for section in (await self.shown())["sections"]
        ]

    async def items(self) -> list[Any]:
        return [item for section in (await self.shown())["sections"] for item in section["items"]]

    async def sections(self) -> list[str]:
        return [section["section"] for section in (await self.shown())["sections"]]

    async def write(self, note: str, text: str) -> None:
        """Have somebody write in a note, as rows of its log."""
        id = NoteId(note)
        standing = await self.api.service.store.tail(id, 0)
        state = merge([row.data for row in standing if row.data])
        rows = [
            Submission(
                id, PersonId("writer"), ConnectionId("c"), self.api.service.clock(), one.update
            )
            for one in import_pieces(state, read_note(text), client_id=7)
        ]
        await self.api.service.store.submit(rows)

    async def export(self) -> str:
        answer = await self.api.ask(
            "GET", f"{self.day}/export?format=md", self.made.tokens["reader"]
        )
        return answer.text
