"""What several commands share: the folder of the store, and how they print."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click


class Folder(click.Path):
    """A folder that may be missing; what is there and is none is refused, and so is no name."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        if not str(value):
            # pathlib would take it for the folder that the command was called in.
            self.fail("the name is empty; name a folder.", param, ctx)
        if os.path.exists(value) and not os.path.isdir(value):
            self.fail(f"{value} is a file; name a folder.", param, ctx)
        return super().convert(value, param, ctx)


data_option = click.option(
    "--data",
    type=Folder(),
    help="The folder of the store (CALEPIN_DATA; by default ./data).",
    metavar="DIR",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def print_json(value: Any) -> None:
    """As UTF-8 whatever the terminal's encoding: programs read it (RFC 8259, 8.1)."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode())
