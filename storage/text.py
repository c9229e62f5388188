"""Text that every engine keeps as it is: PostgreSQL takes no NUL, and none takes half a character.

Both are refused on both engines, before anything is written: what is stored on one can be moved to
the other.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Dialect, String, Text, TypeDecorator

from storage.errors import BadText


def checked(text: str, what: str) -> str:
    """The text itself. Raises BadText, which names it as `what`."""
    if "\0" in text or not _is_whole(text):
        raise BadText(what)
    return text


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Word(TypeDecorator[str]):
    """An id, a date, a role: text of a known form."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else checked(value, "A text of the day")


class Words(Word):
    """What somebody wrote."""

    impl = Text
    cache_ok = True


class Json(TypeDecorator[Any]):
    """Lists and objects of texts."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        _check_all(value)
        return value


def _check_all(value: Any) -> None:
    match value:
        case str():
            checked(value, "A text of the day")
        case dict():
            _check_all(list(value.items()))
        case list() | tuple():
            for one in value:
                _check_all(one)
