"""`calepin backup · restore`: the store and its key as one file, and back."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import click

from server.cli.options import data_option
from server.cli.store import open_store
from server.cli.verify import say_findings
from server.days.secrets import SECRET_BYTES
from server.errors import BadInput
from server.settings import KEY_NAME, read_settings
from storage.errors import BadBackup, StoreElsewhere


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
def backup(file: Path, data: Path | None) -> None:
    """Write the store and its key to FILE, which must not exist yet, while people go on writing."""
    from storage.backup import back_up

    _refuse_server(data)
    with open_store(data) as store:
        report = back_up(store.database, store.secret, file, made_by=version("calepin"))
    click.echo(f"{file} is a backup of {report.notes} notes and {report.rows} rows.")
    click.echo("Whoever has it has all texts and all links: keep it as you keep the data folder.")
    sys.exit(say_findings(report))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
def restore(file: Path, data: Path | None) -> None:
    """Put the store and the key of FILE, a backup, into an empty data folder."""
    from storage.restore import restore as restore_store

    _refuse_server(data)
    settings = read_settings(data=data)
    if settings.database_url is not None:
        raise BadInput(
            "CALEPIN_DATABASE_URL is set: a backup is restored into the data folder. Take it away."
        )
    folder = settings.data
    try:
        report = restore_store(file, folder, key_bytes=SECRET_BYTES)
    except BadBackup as error:
        raise BadInput(str(error)) from error
    click.echo(f"{folder} has {report.notes} notes and {report.rows} rows of {file}.")
    if settings.secret_file is not None:
        click.echo(f"Its key is {folder / KEY_NAME}: put it in place of {settings.secret_file}.")
    sys.exit(say_findings(report))


def _refuse_server(data: Path | None) -> None:
    """A backup is made of an embedded store; said before the database server is asked anything."""
    url = read_settings(data=data).database_url
    if url is not None and not url.startswith("sqlite"):
        raise StoreElsewhere(f"{url.partition('://')[0]}://…")
