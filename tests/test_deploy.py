"""What `deploy/` holds fits what is there: rules, dashboard, units, image, what stands in front."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from server.metrics import STATES
from server.processes import supervisor
from server.settings import PREFIX, Settings
from tests.running import RunningServer, free_port
from tests.test_documents import constants

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "alerts.yml"
DASHBOARD = DEPLOY / "grafana-dashboard.json"

NAME = re.compile(r"\b(?:calepin|process)_\w+")
MATCHER = re.compile(r'(\w+)(?:=~?|!=|!~)"([^"]*)"')
SELECTOR = re.compile(r"(?P<name>\b(?:calepin|process)_\w+)\{(?P<matchers>[^}]*)\}")
BY = re.compile(r"by \((\w+)\)")

VALUES = {
    "outcome": {"accepted", "nothing", "held", "refused", "given_up"},
    "state": {*STATES, "open"},
}


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


UNITS = sorted(DEPLOY.glob("*.service"))


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed (Debian: systemd)"
)
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_its_units(unit: Path, tmp_path: Path) -> None:
    # With programs that are there: where Calepin will be is the administrator's choice.
    text = unit.read_text("utf-8").replace("/opt/calepin/.venv/bin/calepin", "/bin/true")
    copy = tmp_path / unit.name.replace("@", "@8001")
    copy.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    about_it = [line for line in done.stderr.splitlines() if copy.name in line]
    assert (done.returncode, about_it) == (0, []), done.stderr


def test_the_units_start_what_is_there_and_give_it_time_to_end() -> None:
    assert len(UNITS) == 2
    for unit in UNITS:
        fields = dict(re.findall(r"^(\w+)=(.*)$", unit.read_text("utf-8"), re.MULTILINE))
        assert fields["ExecStart"].split()[:2] == ["/opt/calepin/.venv/bin/calepin", "serve"]
        assert fields["KillMode"] == "mixed"
        assert int(fields["TimeoutStopSec"]) >= supervisor.ENDING_SECONDS + 5


def test_what_goes_into_the_image_is_there_and_let_in() -> None:
    """By name: a build needs an engine and its base images."""
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied: list[str] = []
    for line in (DEPLOY / "Containerfile").read_text("utf-8").splitlines():
        match line.split():
            case ["COPY", first, *_] if first.startswith("--from"):
                continue
            case ["COPY", *names, _]:
                copied += names
    assert {"client/src", "server", "storage", "requirements.lock"} <= set(copied) == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_an_image_can_be_built(tmp_path: Path) -> None:
    engine = shutil.which("podman") or shutil.which("docker")
    if engine is None:
        pytest.skip("neither Podman nor Docker is installed")
    file = DEPLOY / "Containerfile"
    for base in re.findall(r"^FROM (\S+)", file.read_text("utf-8"), re.MULTILINE):
        found = subprocess.run([engine, "image", "inspect", base], capture_output=True, check=False)
        if found.returncode:
            pytest.skip(f"the base image {base} is not on this machine")
    id = tmp_path / "id"
    subprocess.run([engine, "build", "-f", file, "--iidfile", id, ROOT], check=True, timeout=1800)
    image = id.read_text().strip()
    try:
        said = subprocess.run(
            [engine, "run", "--rm", image, "--version"], capture_output=True, check=True
        )
        assert b"calepin" in said.stdout
    finally:
        subprocess.run([engine, "image", "rm", image], check=True, capture_output=True)


def test_the_composition_is_of_images_and_settings_that_are_there() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))["services"]
    assert set(services) == {"calepin1", "calepin2", "haproxy", "postgres", "redis"}
    known = {PREFIX + field.upper() for field in Settings.__dataclass_fields__}
    for name in ("calepin1", "calepin2"):
        settings = {key for key in services[name]["environment"] if key.startswith(PREFIX)}
        assert settings <= known
        assert (DEPLOY / services[name]["build"]["context"] / "deploy" / "Containerfile").exists()
    asked = set(re.findall(r'"\$\{(\w+)-', (DEPLOY / "haproxy.cfg").read_text("utf-8")))
    assert asked == set(services["haproxy"]["environment"])


@pytest.mark.parametrize("program", ["haproxy", "nginx"])
def test_what_stands_in_front_takes_its_configuration(program: str, tmp_path: Path) -> None:
    command = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if command is None:
        pytest.skip(f"{program} is not installed (Debian: {program})")
    if program == "haproxy":
        arguments = ["-c", "-f", str(DEPLOY / "haproxy.cfg")]
    else:
        ours = (DEPLOY / "nginx.conf").read_text("utf-8").replace("listen 443 ssl", "listen 8443")
        ours = re.sub(r"^ *ssl_.*\n", "", ours, flags=re.MULTILINE)
        file = tmp_path / "nginx.conf"
        places = "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        file.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{places}{ours}}}\n")
        arguments = ["-t", "-e", str(tmp_path / "log"), "-c", str(file)]
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[WARNING]" not in done.stderr


def test_the_procfile_runs_the_whole(tmp_path: Path) -> None:
    """Its lines as a platform runs them: by a shell, with PORT set, and stopped with SIGTERM."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (Debian and Ubuntu: apt-get install redis-server)")
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert set(lines) == {"web", "redis"}
    port, redis_port = free_port(), free_port()
    environ = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    environ |= {
        "PORT": str(port),
        "REDIS_PORT": str(redis_port),
        "CALEPIN_DATA": str(tmp_path / "data"),
    }
    log = tmp_path / "log"
    with log.open("ab") as out, ExitStack() as running:
        for line in lines.values():
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {line}"],
                cwd=ROOT,
                env=environ,
                stdout=out,
                stderr=out,
            )
            running.callback(process.wait, 60)
            running.callback(process.terminate)
        deadline = time.monotonic() + 40
        while log.read_text().count('"event": "serving"') < 2:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)  # between two questions, until the deadline
        answer = httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False, timeout=15)
        assert answer.json() == {"status": "ready"}
    assert log.read_text().count('"event": "worker_ended"') == 2
