"""`calepin verify`: read the whole store again and say what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from server.cli.options import data_option
from server.cli.store import open_store
from storage.verify import Report
from storage.verify import verify as verify_store


@click.command()
@data_option
def verify(data: Path | None) -> None:
    """Re-read every row, position, lock and checkpoint of the store. Changes nothing."""
    with open_store(data) as store, store.database.read() as db:
        report = verify_store(db)
    status = say_findings(report)
    count = len(report.findings)
    verdict = "sound" if count == 0 else f"damaged in {count} place{'' if count == 1 else 's'}"
    click.echo(
        f"The store is {verdict}: "
        f"{report.notes} notes, {report.rows} rows, {report.checkpoints} checkpoints read."
    )
    sys.exit(status)


def say_findings(report: Report) -> int:
    """Say each thing that is wrong, on standard error; the exit status that this gives."""
    for finding in report.findings:
        click.echo(f"calepin: {finding}", err=True)
    return 1 if report.findings else 0
