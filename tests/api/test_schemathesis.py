"""A program that reads the OpenAPI document alone asks the real server everything that it can think
of, right and wrong, and holds each answer to the document: schemathesis, with a fixed seed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from tests.running import Entrance, RunningServer, programme

COMMAND = Path(sys.executable).with_name("schemathesis")
SEED = 20_261_123
CASES = 4
"""Drawn for each operation, besides those that the tool derives from the document one by one."""

KNOWS_MORE = (
    "PUT /api/days/{day}/publication",  # an exception is of a note of the day
    "POST /api/days/{day}/programme",  # a body is a file that some program wrote
    "POST /api/notes/{note}/import",
    "POST /api/days/{day}/webhooks",  # what is a host, and a public one
    "POST /api/days/{day}/lock",  # a moment is one to come
    "POST /api/days/{day}/sections/{section}/lock",
    "POST /api/notes/{note}/lock",
    "POST /api/days/{day}/clone",  # a date is one of the calendar
    "PATCH /api/days/{day}/items/{item}",  # an end does not come before its start
    "POST /api/days/{day}/sections/{section}/items",
)
"""Where what a schema lets pass may still be wrong (400), for a reason that no schema can say."""
ENDS_ALL = "^/api/days(/.day.)?$|renew$|^/api/days/.day./people/.person./remove$"
"""What would take from the tool what it asks with: the day and its links; and making days, which
takes another token."""


def items(server: RunningServer, made: Entrance) -> dict[str, str]:
    """A section and an item of the day."""
    token = made.tokens["organiser"]
    answer = httpx.get(
        f"{server.base_url}/api/days/{made.day}",
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    (section,) = answer.json()["sections"]
    return {"section": section["section"], "item": section["items"][1]["item"]}


def test_every_answer_is_one_that_the_document_announces(tmp_path: Path) -> None:
    with RunningServer(tmp_path, {"drain_ms": "0", "copies": "off"}) as server:
        made = server.new_day(programme(3))
        known = {"day": made.day, "note": made.notes[0], **items(server, made)}
        settings = ["[parameters]", *(f'"path.{name}" = "{id}"' for name, id in known.items())]
        for operation in KNOWS_MORE:
            settings += [
                "[[operations]]",
                f'include-name = "{operation}"',
                "[operations.checks.positive_data_acceptance]",
                'expected-statuses = ["2xx", 400, 404, 409, 413]',
            ]
        (tmp_path / "schemathesis.toml").write_text("\n".join(settings))
        done = subprocess.run(
            [
                *(COMMAND, "run", f"{server.base_url}/api/openapi.json"),
                *("--header", f"Authorization: Bearer {made.tokens['organiser']}"),
                *("--seed", str(SEED), "--max-examples", str(CASES)),
                *("--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--no-color"),
                *("--exclude-path-regex", ENDS_ALL),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        print(done.stdout[-12_000:])
        assert done.returncode == 0, done.stderr
        assert " generated, " in done.stdout
        assert '"request_failed"' not in server.said()
        assert '"store_failed"' not in server.said()
