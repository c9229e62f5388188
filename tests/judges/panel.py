"""All judges together."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from tests.judges.by_commonmark import ByCommonMark
from tests.judges.by_github import by_github
from tests.judges.by_markdown_it import by_markdown_it
from tests.judges.structure import Judge, Structure, is_commonmark


class Panel:
    """The judges, and what they see. A context manager."""

    def __init__(self) -> None:
        self._by_commonmark = ByCommonMark()

    def __enter__(self) -> Self:
        self._by_commonmark.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._by_commonmark.__exit__(kind, error, trace)

    def others(self, text: str, expected: Structure) -> dict[str, Structure | str]:
        """What those judges see who do not see what is expected; {} when they all agree.

        Of what CommonMark alone does not have, commonmark.js is not asked.
        """
        judges: dict[str, Judge] = {"markdown-it-py": by_markdown_it, "cmark-gfm": by_github}
        if is_commonmark(expected):
            judges["commonmark.js"] = self._by_commonmark
        found = {name: _seen(judge, text) for name, judge in judges.items()}
        return {name: seen for name, seen in found.items() if seen != expected}


def _seen(judge: Judge, text: str) -> Structure | str:
    """What a judge sees, or what it sees that no note can have."""
    try:
        return judge(text)
    except AssertionError as error:
        return str(error)
