"""A moment of a note in words: when it was, who wrote, and what else was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from server.pages.rendering import say_date
from server.pages.words import WORDS
from storage.moments import Act, Moment
from storage.values import Milliseconds, PersonId

MOST_NAMES = 4
"""That are said of a moment; the others are counted."""
MOST_ACTS = 3
"""The last ones of a moment; more are counted."""


class Telling:
    """In the reader's words and the day's zone."""

    def __init__(
        self, language: str, zone: ZoneInfo, names: Mapping[PersonId, str], now: Milliseconds
    ) -> None:
        self._language = language
        self._words = WORDS[language]
        self._zone = zone
        self._names = names
        self._today = datetime.fromtimestamp(now / 1000, zone).date()

    def said(self, moment: Moment) -> str:
        """As in “10:42 · Ana, Bob · Inès locked the note”."""
        local = datetime.fromtimestamp(moment.at / 1000, self._zone)
        parts = [f"{local:%H:%M}"]
        if local.date() != self._today:
            parts.insert(0, say_date(local.date().isoformat(), self._language))
        known = [self._names[id] for id in moment.authors if id in self._names]
        if known:
            parts.append(", ".join([*known[:MOST_NAMES], *self._more(len(known) - MOST_NAMES)]))
        acts = list(dict.fromkeys(map(self._act, moment.acts)))
        parts += [*self._more(len(acts) - MOST_ACTS), *acts[-MOST_ACTS:]]
        return " · ".join(parts)

    def _act(self, act: Act) -> str:
        who = self._names.get(PersonId(act.who), act.who)
        return self._words[f"past.did_{act.what}"].format(who=who)

    def _more(self, count: int) -> list[str]:
        return [self._words["past.more"].format(count=count)] if count > 0 else []
