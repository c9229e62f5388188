"""The dashboard and the alert rules of `deploy/` ask for what a real server tells."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from server.metrics import STATES
from tests.running import RunningServer
from tests.test_documents import constants

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
ALERTS = DEPLOY / "alerts.yml"
DASHBOARD = DEPLOY / "grafana-dashboard.json"

NAME = re.compile(r"\b(?:calepin|process)_\w+")
MATCHER = re.compile(r'(\w+)(?:=~?|!=|!~)"([^"]*)"')
SELECTOR = re.compile(r"(?P<name>\b(?:calepin|process)_\w+)\{(?P<matchers>[^}]*)\}")
BY = re.compile(r"by \((\w+)\)")

VALUES = {"outcome": {"accepted", "nothing", "held", "refused"}, "state": {*STATES, "open"}}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def expressions() -> Iterator[str]:
    for rule in rules():
        yield rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"]
    for note in json.loads(DASHBOARD.read_text("utf-8"))["annotations"]["list"]:
        yield note["expr"]


@pytest.fixture
def told(standing_server: RunningServer) -> str:
    answer = httpx.get(f"{standing_server.base_url}/metrics", trust_env=False, timeout=15)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.promise("O3")
def test_every_metric_that_is_asked_for_is_told(told: str) -> None:
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", told, re.MULTILINE))
    there = {name for name, kind in kinds.items() if kind != "histogram"}
    for name, kind in kinds.items():
        if kind == "histogram":
            there |= {f"{name}_bucket", f"{name}_count", f"{name}_sum"}
    asked = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(asked) > 15
    assert asked - there == set()


@pytest.mark.promise("O3")
def test_every_label_that_is_asked_for_is_told(told: str) -> None:
    """Counters of what has not happened have no sample yet: their labels are in the documents."""
    codes = {value for value in constants(str, "server") if re.fullmatch(r"[a-z_]+", value)}
    for expression in expressions():
        labels = set(BY.findall(expression)) - {"le"}
        for name, matchers in SELECTOR.findall(expression):
            for label, value in MATCHER.findall(matchers):
                if label == "job":
                    continue
                known = codes if label == "code" else VALUES[label]
                assert set(value.split("|")) <= known, expression
                if label != "code":
                    assert re.search(rf'^{name}{{.*{label}="{value}"', told, re.MULTILINE)
        for label in labels - {"code"}:
            assert f'{label}="' in told, expression


def test_every_rule_says_when_it_matters_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) >= 10
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "what_to_do"}, rule["alert"]
        assert all(text.endswith(".") for text in rule["annotations"].values()), rule["alert"]


def test_every_panel_has_a_place_of_its_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)"
)
@pytest.mark.parametrize("what", ["rules", "metrics"])
def test_prometheus_own_tool_finds_nothing_wrong(told: str, what: str) -> None:
    command = {"rules": ["check", "rules", str(ALERTS)], "metrics": ["check", "metrics"]}[what]
    done = subprocess.run(
        ["promtool", *command],
        input=told if what == "metrics" else "",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
