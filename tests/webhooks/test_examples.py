"""The scripts of docs/examples do what they say, against a real server."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import RunningServer
from tests.webhooks.receiver import Request, receiver

FOLDER = Path(__file__).parents[2] / "docs" / "examples"
PROGRAMME = """\
title: Une journée
sections:
  - title: Débats
    items:
      - title: Le garage
        notes: |
          À taire.
        conclusions: |
          Continuer, et « doubler ».
      - title: La cantine
        conclusions: |
          Ouvrir.
"""
SCRIPTS = {"collect.py": [sys.executable], "collect.sh": ["sh"]}


def run(
    script: str, *arguments: str | Path, told: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*SCRIPTS[script], FOLDER / script, *arguments],
        input=told,
        capture_output=True,
        env={**os.environ, **environ},
        check=False,
        timeout=60,
    )


@pytest.fixture(autouse=True)
def tools() -> None:
    for name in ("curl", "openssl", "od", "base64"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed, which the shell script needs")


@pytest.mark.parametrize("script", SCRIPTS)
async def test_the_conclusions_are_collected_and_a_signature_verified(
    script: str, tmp_path: Path
) -> None:
    settings = {"drain_ms": "0", "copies": "off", "webhooks": "internal"}
    with RunningServer(tmp_path, settings) as server:
        made = await asyncio.to_thread(server.new_day, PROGRAMME)
        target, token = tmp_path / "collected", made.tokens["reader"]
        done = await asyncio.to_thread(
            run, script, server.base_url, made.day, target, CALEPIN_TOKEN=token
        )
        assert done.returncode == 0, done.stderr
        files = target.glob("*.md") if target.is_dir() else [target]
        text = "".join(file.read_text("utf-8") for file in files)
        assert "doubler" in text
        assert "Ouvrir." in text
        assert "À taire" not in text
        wrong = await asyncio.to_thread(
            run, script, server.base_url, made.day, tmp_path / "no", CALEPIN_TOKEN="clp_wrong"
        )
        assert wrong.returncode != 0

        async with receiver() as there:
            async with server.http(made.tokens["organiser"]) as http:
                path = f"/api/days/{made.day}/webhooks"
                secret = (await http.post(path, json={"url": there.url})).json()["secret"]
                await http.post(f"/api/notes/{made.notes[0]}/lock")
            (came,) = await there.until_count(1)
    assert verified(script, came, came.body, secret)
    assert not verified(script, came, came.body + b" ", secret)
    assert not verified(script, came, came.body, "whsec_" + "A" * 43 + "=")
    old = Request(came.line, came.headers | {"webhook-timestamp": "1614265330"}, came.body)
    assert not verified(script, old, came.body, secret)


def verified(script: str, came: Request, body: bytes, secret: str) -> bool:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    values = [came.headers[name] for name in names]
    done = run(script, "--verify", *values, told=body, CALEPIN_SECRET=secret)
    assert b"Traceback" not in done.stderr
    return done.returncode == 0
