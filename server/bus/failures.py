"""Why Redis cannot be used now, as one sentence, and when the log says it: when Redis comes and
goes, and not each time that it is tried. Redis' own words are never told: some quote what they were
sent, and that may be the password."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Callable
from typing import ClassVar

import structlog
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import InvalidResponse, RedisError, ResponseError
from redis.exceptions import TimeoutError as TookTooLong

SAME_SENTENCE_SECONDS = 60.0
"""How often the log says the same again."""
MOST_SENTENCES = 16
"""That are remembered: more than can be wrong with one Redis in a minute."""

_BY_CODE = {
    "BUSY": "Redis is busy with a script.",
    "DENIED": "Redis takes connections of its own machine alone until it has a password.",
    "LOADING": "Redis is still loading its data.",
    "MASTERDOWN": "Redis is a replica that has lost its master.",
    "NOAUTH": "Redis wants a password: write it into CALEPIN_REDIS_URL.",
    "NOPERM": "Redis does not let this user do what is needed: allow it +hello, +publish, "
    "+subscribe, +unsubscribe, and the channels that begin with CALEPIN_REDIS_PREFIX.",
    "NOPROTO": "It is older than Redis 6, which is needed.",
    "OOM": "Redis is full: raise its maxmemory.",
    "READONLY": "Redis is a replica, which only reads.",
    "WRONGPASS": "Redis refuses the user or the password of CALEPIN_REDIS_URL.",
}

log = structlog.get_logger("calepin")


class BusTrouble(Exception):
    """The connection is of no use now, and is tried again."""

    sentence: ClassVar[str]

    def __str__(self) -> str:
        return self.sentence


class Ended(BusTrouble):
    sentence = "Redis ended the connection."


class Silent(BusTrouble):
    sentence = "Redis has stopped answering."


class IsReplica(BusTrouble):
    sentence = "Redis is a replica: what is said there does not reach everybody."


class Deposed(BusTrouble):
    sentence = "The Sentinels name another master."


TROUBLES = (OSError, RedisError, BusTrouble)
"""All that can be wrong with a Redis, after which it is tried again."""


def sentence_of(error: BaseException) -> str:
    """What is wrong, and where it can be said, what to do."""
    match error:
        case BusTrouble():
            return str(error)
        case MasterNotFoundError():
            return "No Sentinel tells of a master that works under the name in CALEPIN_REDIS_URL."
        case InvalidResponse():
            return "What answers does not speak as Redis does."
        case RedisError(status_code=str(code)):
            return _refusal(code, str(error))
        case ResponseError():
            return _refusal(str(error).partition(" ")[0], str(error))
        case TimeoutError() | TookTooLong():
            return "Redis does not answer."
        case LostConnection():
            reason = error.__cause__ or error.__context__
            return Ended.sentence if reason is None else sentence_of(reason)
        case ConnectionResetError() | BrokenPipeError():
            return Ended.sentence
        case ssl.SSLCertVerificationError():
            return f"The certificate of Redis is not trusted: {error.verify_message.rstrip('.')}."
        case ssl.SSLError():
            return "No TLS can be agreed with Redis: it may want redis:// or a certificate."
        case socket.gaierror():
            return "The name of Redis' host is not known."
        case OSError():
            return f"Redis cannot be reached: {_reason(error)}."
        case _:
            return f"Redis cannot be used ({type(error).__name__})."


def _refusal(code: str, said: str) -> str:
    """redis-py takes the codes that it knows off what was said."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if "max number of clients" in said:
        return "Redis has as many connections as it takes: raise its maxclients."
    if "unknown command" in said:
        return _BY_CODE["NOPROTO"]
    return f"Redis refuses ({code if re.fullmatch('[A-Z]{2,32}', code) else 'no code'})."


def _reason(error: OSError) -> str:
    """In the system's words. asyncio's own have addresses in them, and of a name that has several
    no number."""
    return os.strerror(error.errno) if error.errno else "none of its addresses answers"


class Troubles:
    """Of one bus."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._told: dict[str, float] = {}
        self._is_told_up = False

    def down(self, reason: BaseException, where: str) -> None:
        """Said at most once a minute for each sentence."""
        now, sentence = self._monotonic(), sentence_of(reason)
        if now - self._told.get(sentence, -SAME_SENTENCE_SECONDS) < SAME_SENTENCE_SECONDS:
            return
        if len(self._told) == MOST_SENTENCES:
            self._told.clear()
        self._told[sentence] = now
        self._is_told_up = False
        log.warning("bus_down", address=where, error=sentence)

    def up(self, where: str) -> None:
        """Said at first, and after it was said that it is down."""
        if not self._is_told_up:
            self._is_told_up = True
            log.info("bus_up", address=where)
