"""A note as it was earlier in the day: one page for each minute in which somebody wrote (H1), from
which a moderator brings it back (H3).

It works without a script. What the minute added stands among the lines as added, and what it
removed as removed; both can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.api.looking_back import position
from server.days.access import Role, require
from server.days.looking_back import Change, look, read_past
from server.days.view import load_day
from server.errors import Conflict, NotFound, Unavailable
from server.export.drawn import drawn
from server.export.lines import Line
from server.pages.forms import read_fields, refuse_foreign
from server.pages.language import language_of
from server.pages.rendering import Pages, say_date
from server.pages.words import WORDS
from server.service import Service
from server.sync.document import Choked
from storage import people
from storage.moments import Moment
from storage.values import DayId, Milliseconds, NoteId, PersonId

MOST_NAMES = 4
"""That are said of a moment; the others are counted."""
_TAGS = {"added": "ins", "removed": "del"}


def routes(service: Service, pages: Pages) -> list[Route]:
    async def show(request: Request) -> Response:
        day_id, id = DayId(request.path_params["day"]), NoteId(request.path_params["note"])
        visitor = await service.identity.in_day(day_id, "", request.cookies)
        require(visitor.role, Role.WRITER, day=visitor.day, of=day_id)
        wanted = request.query_params.get("at", "")
        seq = position(wanted) if wanted else None
        day = await service.store.read(lambda db: load_day(db, day_id))
        item = day.item_of(id)
        if item is None and id != day.conclusion.id:
            raise NotFound(f"There is no note {id} in this day.")
        past = await service.store.read(lambda db: read_past(db, id, seq))
        who = {author for one in past.moments for author in one.authors}
        names = await service.store.read(lambda db: people.names(db, who))
        language = language_of(request)
        words = WORDS[language]
        said = {key: words[f"past.{key}"] for key in ("added", "removed")}
        shows = request.query_params.get("changes", "on") != "off"
        async with service.exports.place() as aside:
            try:
                texts = await aside.run(
                    draw, past.before, past.then, words["note.task_done"], said if shows else {}
                )
            except Choked as error:
                raise Unavailable("This note cannot be read now; try again soon.") from error
        telling = _Telling(language, ZoneInfo(day.timezone), names, service.clock())
        place = past.place
        return pages.render(
            request,
            "looking_back.html",
            day=day,
            note=id,
            title=item.title if item else words["day.conclusion"],
            moments=[(one.seq, telling.said(one)) for one in past.moments],
            moment=past.moment,
            said=telling.said(past.moment),
            place=place + 1,
            earlier=past.moments[place - 1].seq if place else None,
            later=past.moments[place + 1].seq if place + 1 < len(past.moments) else None,
            shows_changes=shows,
            may_restore=visitor.role.may_lock and place + 1 < len(past.moments),
            panes=[(pane, Markup(text)) for pane, text in texts.items()],  # noqa: S704 - of `draw`
        )

    async def restore(request: Request) -> Response:
        """Make the note again what it was, and show it."""
        day_id, id = DayId(request.path_params["day"]), NoteId(request.path_params["note"])
        visitor = await service.identity.in_note(id, "", request.cookies)
        require(visitor.role, Role.MODERATOR, day=visitor.day, of=day_id)
        refuse_foreign(request, service)
        seq = position((await read_fields(request)).get("at", ""))
        with suppress(Conflict):  # it is so already
            await service.restoring.restore(id, seq, visitor)
        return RedirectResponse(f"/d/{day_id}/n/{id}", status_code=303)

    path = "/d/{day}/n/{note}/past"
    return [Route(path, show), Route(path, restore, methods=["POST"])]


class _Telling:
    """Moments in the reader's words and the day's zone."""

    def __init__(
        self, language: str, zone: ZoneInfo, names: dict[PersonId, str], now: Milliseconds
    ) -> None:
        self._language = language
        self._zone = zone
        self._names = names
        self._today = datetime.fromtimestamp(now / 1000, zone).date()

    def said(self, moment: Moment) -> str:
        """When it was and who wrote, as in “10:42 · Ana, Bob”."""
        local = datetime.fromtimestamp(moment.at / 1000, self._zone)
        parts = [f"{local:%H:%M}"]
        if local.date() != self._today:
            parts.insert(0, say_date(local.date().isoformat(), self._language))
        known = [self._names[id] for id in moment.authors if id in self._names]
        shown, more = known[:MOST_NAMES], len(known) - MOST_NAMES
        if more > 0:
            shown.append(WORDS[self._language]["past.more"].format(count=more))
        return " · ".join([*parts, ", ".join(shown)] if shown else parts)


def draw(
    before: Sequence[bytes], then: Sequence[bytes], done: str, said: dict[Change, str]
) -> dict[str, str]:
    """The elements of each pane, for a process that may take its time; every text in them is
    escaped. `said` names the changes that are shown. Raises Choked."""
    seen = look(before, then)
    panes: dict[str, Sequence[tuple[Change, Line]]] = {
        "notes": seen.notes,
        "conclusions": seen.conclusions,
    }
    return {pane: _pane(lines, done, said) for pane, lines in panes.items()}


def _pane(lines: Sequence[tuple[Change, Line]], done: str, said: dict[Change, str]) -> str:
    out = []
    for change, line in lines:
        if change == "removed" and change not in said:
            continue
        one: Any = drawn([line], done=done)
        # An empty line that came or went is nothing to look at.
        if change in said and line.spans:
            tag = _TAGS[change]
            label = f'<span class="visually-hidden">{escape(said[change])} </span>'
            one = f'<{tag} class="change">{label}{one}</{tag}>'
        out.append(one)
    return "".join(out)
