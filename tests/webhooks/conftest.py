"""A server's service in this process, with a clock that a test moves, and a day with webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.app import create_app
from server.service import Service
from server.settings import Settings
from storage.values import Milliseconds
from tests.api.conftest import ADDRESS, ADMIN, Api, Made

BEGIN = Milliseconds(1_795_428_900_000)


@dataclass
class Clock:
    """Stands still, but for what a test adds."""

    at: int = BEGIN

    def __call__(self) -> Milliseconds:
        return Milliseconds(self.at)


@dataclass(frozen=True, slots=True)
class Hall:
    """A day, and whoever organises it."""

    api: Api
    made: Made
    clock: Clock

    async def ask(self, method: str, path: str, **request: Any) -> Any:
        """What the organiser is answered."""
        token = self.made.tokens["organiser"]
        answer = await self.api.ask(method, path, token, **request)
        assert answer.is_success, answer.text
        return answer.json()

    @property
    def path(self) -> str:
        return f"/api/days/{self.made.day}/webhooks"

    async def register(self, url: str) -> str:
        """Its secret."""
        secret: str = (await self.ask("POST", self.path, json={"url": url}))["secret"]
        return secret

    async def hooks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask("GET", self.path))["webhooks"]
        return found

    async def lock(self, note: int = 0) -> None:
        await self.ask("POST", f"/api/notes/{self.made.notes[note]}/lock")

    async def unlock(self, note: int = 0) -> None:
        await self.ask("POST", f"/api/notes/{self.made.notes[note]}/unlock")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def webhooks() -> str:
    """The setting of the same name; a receiver on loopback is an internal one."""
    return "internal"


@pytest.fixture
async def hall(tmp_path: Path, clock: Clock, webhooks: str) -> AsyncIterator[Hall]:
    settings = Settings(
        data=tmp_path,
        public_url=ADDRESS,
        admin_token=ADMIN,
        drain_ms=0,
        copies="off",
        webhooks=webhooks,
    )
    async with Service.start(settings, clock=clock) as service:
        await service.ensure_admin_token()
        api = Api(service, create_app(service))
        yield Hall(api, await api.make_day(), clock)
