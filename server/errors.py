"""Every error that reaches a person or a program, with its code, HTTP status and close code.

CalepinError
├── BadInput            400 / 4400   a file, request or command line that is not what it must be
│   └── ProgrammeError               … a programme, with the line and the field
├── NotAuthenticated    401 / 4401   no capability, or one that is unknown or revoked
├── NotAllowed          403 / 4403   a capability that does not reach this far
├── NotFound            404 / 4404   no such day, section, note or link
├── Conflict            409 / 4409   the request does not fit the present state
├── NoteLocked          423 / 4423   the note is locked and the request may not pass
├── TooLarge            413 / 4413   above a limit of size or number
├── TooMany             429 / 4429   above a limit of rate
├── ProtocolError        –  / 1002   bytes that are no message (W4)
├── UpdateRefused        –  / 4422   an update that a note must not take (robustness)
└── Unavailable         503 / 1013   the store or the process cannot serve now
    └── Restarting      503 / 1012   the process ends in order: come back

`code` is for programs and never changes; the sentence says what, where, and what to do.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from server.sentences import Sentence, Value, sentence


class CalepinError(Exception):
    """Carries a stable code and fields; `str()` makes the sentence."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    close_code: ClassVar[int] = 1011

    def __init__(self, message: str | Sentence, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields

    def __str__(self) -> str:
        return self.spoken("en")

    def spoken(self, language: str) -> str:
        """The sentence in "fr" where it has one, or else in English."""
        said = self.message
        return said.spoken(language) if isinstance(said, Sentence) else said


class BadInput(CalepinError):
    code = "bad_input"
    status = 400
    close_code = 4400


class ProgrammeError(BadInput):
    """A programme that cannot become a day. `line` is 1-based where it is known; `field` is what
    the file calls the field, where the sentence does not say it: a column, or a path."""

    code = "bad_programme"

    def __init__(
        self,
        message: Sentence,
        *,
        source: str,
        line: int | None = None,
        field: str | None = None,
        dates: list[str] | None = None,
    ) -> None:
        super().__init__(message, source=source, line=line, field=field, dates=dates)
        self.source = source
        self.line = line
        self.field = field

    def __reduce__(self) -> tuple[Any, ...]:
        # It comes back from another process, where programmes are read.
        return partial(ProgrammeError, **self.fields), (self.message,)

    def spoken(self, language: str) -> str:
        where: list[Value] = [self.source]
        if self.line is not None:
            where.append(sentence("line {line}", line=self.line))
        if self.field:
            where.append(_field(self.field))
        said = super().spoken(language)
        return sentence("{where}: {what}", where=tuple(where), what=said).spoken(language)


def _field(name: str) -> Value:
    """A field as a sentence names it; of a table it is a column."""
    column = name.removeprefix("column ")
    return name if column == name else sentence("column {name}", name=column)


class NotAuthenticated(CalepinError):
    code = "not_authenticated"
    status = 401
    close_code = 4401


class NotAllowed(CalepinError):
    code = "not_allowed"
    status = 403
    close_code = 4403


class NotFound(CalepinError):
    code = "not_found"
    status = 404
    close_code = 4404


class Conflict(CalepinError):
    code = "conflict"
    status = 409
    close_code = 4409


class NoteLocked(CalepinError):
    code = "note_locked"
    status = 423
    close_code = 4423


class TooLarge(CalepinError):
    code = "too_large"
    status = 413
    close_code = 4413


class TooMany(CalepinError):
    code = "too_many"
    status = 429
    close_code = 4429


class ProtocolError(CalepinError):
    """Bytes that are no message of the protocol. The connection closes, and only that one."""

    code = "protocol_error"
    status = 400
    close_code = 1002


class UpdateRefused(CalepinError):
    """An update that a note must not take. Nothing of it is stored."""

    code = "update_refused"
    status = 400
    close_code = 4422


class Unavailable(CalepinError):
    code = "unavailable"
    status = 503
    close_code = 1013


class Restarting(Unavailable):
    """The process ends in order, and everything it took is stored. Clients come back."""

    code = "restarting"
    close_code = 1012
