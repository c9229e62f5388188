"""Structured logs: one JSON object a line, on standard error. Never a note's text, never a secret.

Every event has `event`, `level`, `timestamp`; the other fields are ids, counts, codes and times.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, Final

import structlog

MAX_FRAMES = 12
"""Of each exception, the innermost ones."""
SELDOM: Final = frozenset({"follow_failed", "note_unreadable"})
"""What an outage repeats for as long as it lasts: twice a second, or for whoever comes."""
SELDOM_SECONDS: Final = 60.0
MOST_SAID: Final = 64
"""Different ones that are remembered."""

log = structlog.get_logger("calepin")

_MARKS = ("clp_", "whsec_", "token=")
_SECRETS = re.compile(r"clp_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=]+|(?<=token=)[^&\s\"']+")


def configure_logs(*, level: str = "INFO", worker: int | None = None) -> None:
    """Send the logs of Calepin and of its libraries the same way. Where several workers serve, each
    line says which one wrote it."""

    def tell_worker(
        logger: Any, name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        del logger, name
        return event if worker is None else {**event, "worker": worker}

    shared: list[structlog.typing.Processor] = [
        tell_worker,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        Seldom(time.monotonic),
        tell_exception,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # uvicorn's lines name addresses with their query strings, where tokens stand.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel("WARNING")
    logging.getLogger("alembic").setLevel("WARNING")


def log_loop_failure(loop: AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody awaited, as an event. asyncio's own line has the exception's message in it, and
    may have the arguments of a call."""
    del loop
    message = re.split(r"[<(]", str(context.get("message")))[0].strip()
    log.error("loop_failed", message=message, exc_info=context.get("exception"))


class Seldom:
    """Lets each of the events that an outage repeats through once a minute, for each error that it
    names; `times` says how often it happened since the last time. A structlog processor."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def __call__(
        self, logger: Any, name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        del logger, name
        if event.get("event") not in SELDOM:
            return event
        what, now = (event["event"], str(event.get("error"))), self._monotonic()
        at, times = self._said.get(what, (now - SELDOM_SECONDS, 0))
        if now - at < SELDOM_SECONDS:
            self._said[what] = (at, times + 1)
            raise structlog.DropEvent
        if len(self._said) >= MOST_SAID:
            self._said.clear()
        self._said[what] = (now, 0)
        return {**event, "times": times + 1} if times else event


def tell_exception(
    logger: Any, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception as its kinds and places, without its message: that may quote what came in."""
    del logger, name
    found = event.pop("exc_info", None)
    if isinstance(found, tuple):
        found = found[1]
    elif found is True:
        found = sys.exc_info()[1]
    if isinstance(found, BaseException):
        event["exception"] = list(_places(found, set()))
    return event


def _places(error: BaseException, told: set[int]) -> Iterator[str]:
    """One line for each exception, the outermost first, and for what caused it."""
    if id(error) in told:
        return
    told.add(id(error))
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    places = (f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    yield f"{type(error).__name__}: {' > '.join(places)}"
    inner = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    for cause in (*inner, error.__cause__, error.__context__):
        if cause is not None:
            yield from _places(cause, told)


def hide_secrets(
    logger: Any, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank out whatever looks like a token, wherever it stands."""
    del logger, name
    for key, value in event.items():
        if isinstance(value, str) and any(mark in value for mark in _MARKS):
            event[key] = _SECRETS.sub("…", value)
    return event
