"""Which Chromium the tests start.

Its headless shell where there is one: the same engine, without the windows and menus around it,
for less than half of the processor time. The browser itself does as well.
"""

from __future__ import annotations

import shutil

PROGRAMS = ("chromium-headless-shell", "chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


def chromium() -> str:
    """Its path; raises RuntimeError where there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise RuntimeError("The browser tests need Chromium: install the package chromium.")
    return found
