"""The documents are held to the code: links, settings, commands, codes, limits, events, modules."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from server.cli import main
from server.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
UNITS = {"KiB": 1024, "MiB": 1024 * 1024}


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"there is no heading “{heading}”"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without heads and rulers."""
    found: list[list[str]] = []
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("| ") and not following.startswith("| ---"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found.append([cell.strip() for cell in cells])
    return [cells for cells in found if not cells[0].startswith("---")]


def anchors(text: str) -> set[str]:
    """The names that headings get where Markdown is shown."""
    titles = re.findall(r"^#{1,6} (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", title.replace("`", "")).strip().lower().replace(" ", "-")
        for title in titles
    }


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def constants(kind: type, *folders: str) -> set[Any]:
    """Every literal of a kind in the sources; parts of f-strings too."""
    return {
        node.value
        for _, tree in sources(*folders)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) is kind
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text("utf-8"))
    astray: list[str] = []
    for found in LINK.finditer(text):
        path, _, anchor = found["target"].partition("#")
        if ":" in path:
            continue
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            astray.append(found["target"])
    assert astray == []


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    table = {
        cells[0].strip("`"): cells for cells in rows(section(read(name), "## Settings")) if cells
    }
    fields = {PREFIX + field.upper(): field for field in Settings.__dataclass_fields__}
    assert set(table) == set(fields)
    for setting, field in fields.items():
        default = getattr(Settings(), field)
        if default is not None:
            assert f"`{default}`" in table[setting], setting


def test_operating_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", read("docs/operating.md")))
    assert named == {PREFIX + field.upper() for field in Settings.__dataclass_fields__}


def test_every_command_is_documented() -> None:
    table = rows(section(read("docs/operating.md"), "## Commands"))
    named = {code for cells in table for code in CODE.findall(cells[0])}
    there = set(main.list_commands(click.Context(main)))
    assert named == {f"calepin {command}" for command in there}


def test_every_command_that_a_document_shows_is_there() -> None:
    there = set(main.list_commands(click.Context(main)))
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        shown = re.findall(r"(?:^|`|/)calepin ([a-z]+)", text, re.MULTILINE)
        assert set(shown) <= there, document.name


def test_every_close_code_is_in_the_protocol() -> None:
    codes = {int(cells[0]) for cells in rows(section(read("docs/protocol.md"), "## Close codes"))}
    used: set[int] = set()
    for _, tree in sources("server"):
        for node in ast.walk(tree):
            value: ast.expr | None = None
            match node:
                case ast.Assign(targets=[ast.Name(id="close_code")]):
                    value = node.value
                case ast.AnnAssign(target=ast.Name(id="close_code")):
                    value = node.value
                case ast.Call(func=ast.Attribute(attr="close"), args=[first, *_]):
                    value = first
            if isinstance(value, ast.Constant) and isinstance(value.value, int):
                used.add(value.value)
    # 1009 is the library's, for a message above `ws_max_size`.
    assert codes == used | {1009}


def test_each_limit_is_what_the_protocol_says() -> None:
    table = rows(section(read("docs/protocol.md"), "## Limits"))
    wrong: list[str] = []
    for _, limit, name in table:
        number, _, unit = limit.partition(" ")
        module, _, constant = name.strip("`").rpartition(".")
        value = getattr(importlib.import_module(module), constant)
        if value != float(number.replace(",", "")) * UNITS.get(unit, 1):
            wrong.append(f"{name} is {value}")
    assert len(table) > 15
    assert wrong == []


def test_every_attack_names_a_test_that_is_there() -> None:
    table = rows(section(read("docs/security.md"), "## Attacks, and what happens"))
    astray: list[str] = []
    for _, _, named in table:
        path, _, name = named.strip("`").partition("::")
        tree = ast.parse(read(path)) if (ROOT / path).is_file() else ast.Module([], [])
        functions = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        if not name.startswith("test_") or name not in functions:
            astray.append(named)
    assert len(table) > 30
    assert astray == []


def test_every_notice_is_in_the_protocol() -> None:
    text = section(read("docs/protocol.md"), "## Notices")
    documented = {cells[0].strip("`") for cells in rows(text)}
    sent = {
        value.value
        for _, tree in sources("server/sync")
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "type" and isinstance(value, ast.Constant)
    }
    assert documented == {kind for kind in sent if not kind.startswith("websocket.")}


def test_every_metric_is_documented_with_its_labels() -> None:
    documented: dict[str, set[str]] = {}
    for cells in rows(section(read("docs/operating.md"), "## Metrics")):
        name = cells[0].strip("`").removesuffix("_total")
        documented[name] = set(CODE.findall(cells[1]))
    documented.pop("process_…")
    told: dict[str, set[str]] = {}
    tree = ast.parse(read("server/metrics.py"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Name(id="_gauge" | "_counter" | "_histogram"),
                args=[ast.Constant(value=str(name)), _, _, *labels],
            ):
                told[f"calepin_{name}"] = {
                    label.value for label in labels if isinstance(label, ast.Constant)
                }
    assert documented == told


def test_every_event_of_the_logs_is_documented() -> None:
    """With its levels and its fields."""
    documented: dict[str, set[str]] = {}
    text = section(read("docs/operating.md"), "## Logs")
    fields_told = {
        code for cells in rows(text) if len(cells) == 2 for code in CODE.findall(cells[0])
    }
    for cells in (cells for cells in rows(text) if len(cells) == 4):
        documented[cells[0].strip("`")] = {*cells[1].split(", "), *CODE.findall(cells[2])}
    logged: dict[str, set[str]] = {}
    every_field: set[str] = set()
    for _, tree in sources("server", "storage"):
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=level),
                    args=[ast.Constant(value=str(event))],
                ):
                    fields = {keyword.arg for keyword in node.keywords if keyword.arg}
                    if "exc_info" in fields:
                        fields = fields - {"exc_info"} | {"exception"}
                    logged.setdefault(event, set()).update({level, *fields})
                    every_field |= fields
    assert documented == logged
    assert fields_told == every_field


def test_every_sentence_of_a_refusal_is_in_the_sources() -> None:
    said = constants(str, "server", "storage")
    table = rows(section(read("docs/operating.md"), "## Refusals, and what each means"))
    unknown = [
        part
        for cells in table
        for sentence in CODE.findall(cells[0])
        for part in map(str.strip, sentence.split("…"))
        if part and not any(part in one for one in said)
    ]
    assert len(table) > 20
    assert unknown == []


def test_the_contracts_of_imports_are_those_that_are_checked() -> None:
    text = section(read("docs/architecture.md"), "## Which way imports point")
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    assert [cells[0] for cells in rows(text)] == [contract["name"] for contract in contracts]


def test_every_module_of_the_architecture_is_there() -> None:
    text = section(read("docs/architecture.md"), "## Module by module")
    named: list[str] = []
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        folders = CODE.findall(part.splitlines()[0])
        base = folders[0] if len(folders) == 1 else "server/"
        named += [base + code for cells in rows(part) for code in CODE.findall(cells[0])]
    assert len(named) > 50
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = DOCS / "decisions"
    linked = {found["target"] for found in LINK.finditer((folder / "README.md").read_text("utf-8"))}
    pages = {path.name for path in folder.glob("[0-9]*.md")}
    assert {target for target in linked if target[0].isdigit()} == pages
    for page in pages:
        title = (folder / page).read_text("utf-8").splitlines()[0]
        assert title.startswith(f"# {page[:4]} · ")
