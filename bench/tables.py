"""Figures as Markdown, and kept beside the bench as JSON."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The first column is text, all others are numbers; floats get as many digits as they need."""
    lines = [
        "| " + " | ".join(columns) + " |",
        "| --- |" + " ---: |" * (len(columns) - 1),
        *("| " + " | ".join(map(shown, row)) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def shown(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def keep(figures: Sequence[Any]) -> Path:
    """Write them into `bench/results`; the file."""
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    file = results / f"{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}.json"
    told = {"machine": platform.platform(), "figures": figures}
    file.write_text(json.dumps(told, indent=2))
    return file
