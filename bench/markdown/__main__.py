"""`make bench-markdown`: small notes as Markdown by ours, mdformat and pandoc, read by the judges.

A note is a case; it passes where every judge sees in the Markdown what the note says. The results
are written into docs/markdown.md.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.markdown.as_pandoc import as_pandoc
from bench.markdown.as_tokens import Tokens
from bench.markdown.cases import CASES
from bench.tables import table
from server.export.markdown import markdown
from server.export.nodes import Document
from server.export.tree import tree
from tests.judges.panel import Panel
from tests.judges.structure import structure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "markdown.md"
RESULTS = "## Results\n"

Writer = Callable[[Document], str]
Failures = dict[str, list[str]]
"""What was written, of the cases that the judges read otherwise, by group."""


def mdformat() -> tuple[str, Writer]:
    """mdformat with its plugins. Raises ImportError where it is not installed."""
    from mdformat._util import build_mdit
    from mdformat.renderer import MDRenderer

    def write(document: Document) -> str:
        parser = build_mdit(MDRenderer, extensions=["gfm", "footnote"])
        return str(parser.renderer.render(Tokens().of(document), parser.options, {}))

    version = importlib.metadata.version
    name = f"mdformat {version('mdformat')} (gfm {version('mdformat-gfm')})"
    return name, write


def pandoc() -> tuple[str, Writer]:
    """pandoc's writer for GitHub. Raises ImportError where it is not installed."""
    import pypandoc

    path = pypandoc.get_pandoc_path()

    def write(document: Document) -> str:
        command = [path, "-f", "json", "-t", "gfm", "--wrap=none"]
        return subprocess.run(
            command, input=as_pandoc(document), capture_output=True, text=True, check=True
        ).stdout

    return f"pandoc {pypandoc.get_pandoc_version()}", write


def failures(write: Writer, panel: Panel) -> Failures:
    """What a writer wrote that a judge reads otherwise."""
    found: Failures = {}
    for group, notes in CASES.items():
        found[group] = []
        for note in notes:
            document = tree(note)
            text = write(document)
            if panel.others(text, structure(document)):
                found[group].append(text)
    return found


def results(found: Mapping[str, Failures]) -> str:
    """The table by group, and what each writer wrote that was read otherwise."""
    rows: list[list[object]] = [
        [group, len(notes), *(len(notes) - len(failed[group]) for failed in found.values())]
        for group, notes in CASES.items()
    ]
    rows.append(["**all**", *(sum(column) for column in zip(*(row[1:] for row in rows)))])  # type: ignore[arg-type]  # noqa: B905
    out = [table(["", "cases", *found], rows)]
    for writer, failed in found.items():
        out.append(f"### What is read otherwise: {writer}\n")
        listed = [
            f"- {group}: {', '.join(map(_shown, texts))}"
            for group, texts in failed.items()
            if texts
        ]
        out.append("\n".join(listed or ["Nothing."]) + "\n")
    return "\n".join(out)


def _shown(text: str) -> str:
    """A text in one line, as code."""
    line = text.rstrip("\n").replace("\n", "⏎")
    fence = "`" * next(size for size in range(1, 9) if "`" * size not in line)
    pad = " " if "`" in line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def main() -> int:
    argparse.ArgumentParser(prog="make bench-markdown", description=__doc__).parse_args()
    writers: dict[str, Writer] = {"Calepin": markdown}
    for peer in (mdformat, pandoc):
        try:
            name, write = peer()
        except ImportError as error:
            print(f"Left out: {peer.__name__}, which is not installed ({error}).", file=sys.stderr)
        else:
            writers[name] = write
    with Panel() as panel:
        found = {name: failures(write, panel) for name, write in writers.items()}
    written = f"Measured on {datetime.now(UTC).date()}.\n\n{results(found)}"
    print(written)
    before, _, _ = PAGE.read_text("utf-8").partition(RESULTS)
    PAGE.write_text(f"{before}{RESULTS}\n{written}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
