"""The command line, `calepin`: serve, make days, show links, export, import, lock, verify, back up.

Every command works on the store whether or not a server is running on it.
"""

from __future__ import annotations

from server.cli.commands import main

__all__ = ["main"]
