"""The group of commands: each loaded when it is called, every error one sentence and a status.

Status 2: the command line or a file is not what it must be. Status 1: anything else. 130: stopped
by Ctrl-C. A traceback is for what nobody foresaw.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from server.errors import BadInput, CalepinError
from storage.errors import StoreError


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, "module:name", and its line in the list of all commands."""

    where: str
    summary: str


class Commands(click.Group):
    def __init__(self, *args: Any, entries: Mapping[str, Entry], **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command. Help and most mistakes are answered without the store's library, which
        is most of what a command takes to start."""
        del ctx
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.where.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._entries.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            # A title that the terminal's encoding does not have must not end the command.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            status = super().main(*args, **extra)
        except click.Abort:
            # What is left in the buffer would be written at the end, to somebody who reads no more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            _leave("Stopped.", 130)
        except NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(error.exit_code)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else self.name
            _leave(f"{error.format_message()} See `{command} --help`.", error.exit_code)
        except click.ClickException as error:
            _leave(error.format_message(), error.exit_code)
        except BadInput as error:
            _leave(str(error), 2)
        except (CalepinError, StoreError) as error:
            _leave(str(error), 1)
        except BrokenPipeError:
            # The reader of our output has left (`calepin export … | head`): nothing to complain of.
            sys.stderr.close()
            sys.exit(1)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            _leave(f"{what}{error.strerror or error}.", 1)
        sys.exit(status if isinstance(status, int) else 0)


def _leave(sentence: str, status: int) -> None:
    click.echo(f"calepin: {' '.join(sentence.split())}", err=True)
    sys.exit(status)
