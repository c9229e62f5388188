"""`calepin serve`: run the server until it is told to stop."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from server.cli.options import data_option
from server.settings import read_settings


@click.command()
@click.option("--host", help="The address to listen on.", metavar="H")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port to listen on; 0 takes a free one.",
    metavar="P",
)
@data_option
@click.option(
    "--workers", type=click.IntRange(1, 64), help="How many processes serve.", metavar="N"
)
@click.option(
    "--worker-ports",
    type=click.IntRange(1, 65_535 - 63),
    help="The first of the ports on which each worker listens for this machine alone.",
    metavar="P",
)
def serve(
    host: str | None,
    port: int | None,
    data: Path | None,
    workers: int | None,
    worker_ports: int | None,
) -> None:
    """Serve the days of the store until told to stop."""
    settings = read_settings(
        host=host, port=port, data=data, workers=workers, worker_ports=worker_ports
    )
    # Only this command needs the web server; the others start faster without it. A supervisor
    # needs little of it: its workers load the rest.
    if settings.workers > 1:
        from server.processes.supervisor import supervise as serve_until_stopped
    else:
        from server.serve import serve as serve_until_stopped

    sys.exit(serve_until_stopped(settings))
