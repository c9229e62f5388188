"""The real application over a real store, asked in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from server.app import create_app
from server.days import people
from server.days.cookies import cookie_name, sign_person
from server.days.ids import new_id
from server.days.people import Visitor
from server.service import Service
from server.settings import Settings
from storage.values import DayId
from tests.api import schema
from tests.postgres import emptied
from tests.postgres import postgres as running_postgres

ADDRESS = "http://calepin.example"
ADMIN = "an admin token of the tests"
PROGRAMME = """\
title: Une journée
organiser: L’association
date: 2026-11-23
sections:
  - title: Rencontres
    kind: meeting
    items:
      - title: Le garage
        room: 101
        people: [{name: Inès Ferrand, organisation: Le garage}]
        notes: |
          # Le garage
          - un « pont » : deux
        conclusions: |
          Continuer.
      - {title: La cantine}
  - title: Débats
    kind: debate
    items:
      - {title: La voiture}
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A day that a test made, as the API told it."""

    day: DayId
    tokens: dict[str, str]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Api:
    """The application, and how a test comes to it."""

    service: Service
    app: Starlette

    def http(
        self,
        token: str | None = None,
        cookies: dict[str, str] | None = None,
        **headers: str | bytes,
    ) -> httpx.AsyncClient:
        """A client of its own, with a token or cookies, or as nobody. To be used as a context."""
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        sent = {k.encode(): v if isinstance(v, bytes) else v.encode() for k, v in headers.items()}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=ADDRESS,
            headers=sent,
            cookies=cookies,
            event_hooks={"response": [as_documented]},
        )

    async def ask(
        self, method: str, path: str, token: str | None = None, **request: Any
    ) -> httpx.Response:
        """One request by somebody with this token."""
        async with self.http(token) as http:
            return await http.request(method, path, **request)

    async def make_day(self, programme: str = PROGRAMME) -> Made:
        made = await self.ask("POST", "/api/days", ADMIN, content=programme.encode())
        assert made.status_code == 201, made.text
        body = made.json()
        return Made(body["day"], body["tokens"], [item["note"] for item in body["items"]])

    async def section(self, made: Made, number: int = 0) -> str:
        """The id of a section of the day."""
        shown = await self.ask("GET", f"/api/days/{made.day}", made.tokens["reader"])
        section: str = shown.json()["sections"][number]["section"]
        return section

    async def join(self, made: Made, role: str, name: str) -> tuple[Visitor, dict[str, str]]:
        """Somebody who joined by the link of a role, and the cookie of their browser."""
        visitor = await self.service.store.write(
            lambda db: people.join(
                db, made.tokens[role], name, new_id=new_id, now=self.service.clock()
            )
        )
        value = sign_person(self.service.secret, made.day, visitor.person)
        return visitor, {cookie_name(made.day): value}


async def as_documented(answer: httpx.Response) -> None:
    """Every answer that a test gets is held to the OpenAPI document."""
    await answer.aread()
    schema.check(answer)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as these tests, on a socket file."""
    with running_postgres() as server:
        yield server.url


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Where the store is: in the data folder; for a test that says `both_engines`, also in
    PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    return emptied(request.getfixturevalue("postgres"))


both_engines = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def api(tmp_path: Path, database_url: str | None) -> AsyncIterator[Api]:
    settings = Settings(
        data=tmp_path,
        database_url=database_url,
        public_url=ADDRESS,
        admin_token=ADMIN,
        drain_ms=0,
        copies="off",
    )
    async with Service.start(settings) as service:
        await service.ensure_admin_token()
        yield Api(service, create_app(service))


@pytest.fixture
async def made(api: Api) -> Made:
    """A day of three items."""
    return await api.make_day()


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The fields of an error, which has the one shape of all errors."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert answer.headers["cache-control"] == "no-store"
    return error
