"""A note as it was earlier in the day: one page for each minute in which somebody wrote (H1), from
which a moderator brings it back (H3).

It works without a script. What the minute added stands among the lines as added, and what it
removed as removed; both can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from server.api.looking_back import position
from server.days.access import Role, require
from server.days.looking_back import everybody, look, read_past
from server.days.people import Visitor
from server.days.view import load_day
from server.errors import Conflict, NotFound, Unavailable
from server.export.changes import Change, Shown
from server.export.drawn import drawn, drawn_around, drawn_spans
from server.pages.forms import read_fields, refuse_foreign
from server.pages.language import language_of
from server.pages.past_telling import Telling
from server.pages.rendering import Pages
from server.pages.words import WORDS
from server.service import Service
from server.sync.document import Choked
from storage import people
from storage.values import DayId, NoteId

_TAGS: Final[dict[Change, str]] = {"added": "ins", "removed": "del"}


def routes(service: Service, pages: Pages) -> list[Route]:
    async def show(request: Request) -> Response:
        day = DayId(request.path_params["day"])
        visitor = await service.identity.in_day(day, "", request.cookies)
        require(visitor.role, Role.WRITER, day=visitor.day, of=day)
        wanted = request.query_params.get("at", "")
        return await view(request, visitor, position(wanted) if wanted else None)

    async def restore(request: Request) -> Response:
        """Make the note again what it was, and show it; or say here why not."""
        day, id = DayId(request.path_params["day"]), NoteId(request.path_params["note"])
        visitor = await service.identity.in_note(id, "", request.cookies)
        require(visitor.role, Role.MODERATOR, day=visitor.day, of=day)
        refuse_foreign(request, service)
        seq = position((await read_fields(request)).get("at", ""))
        try:
            await service.restoring.restore(id, seq, visitor)
        except Conflict as error:
            return await view(request, visitor, seq, refused=error)
        return RedirectResponse(f"/d/{day}/n/{id}", status_code=303)

    async def view(
        request: Request, visitor: Visitor, seq: int | None, *, refused: Conflict | None = None
    ) -> Response:
        id = NoteId(request.path_params["note"])
        day = await service.store.read(lambda db: load_day(db, visitor.day))
        item = day.item_of(id)
        if item is None and id != day.conclusion.id:
            raise NotFound(f"There is no note {id} in this day.")
        language = language_of(request)
        words = WORDS[language]
        said = {key: words[f"past.{key}"] for key in ("added", "removed")}
        shows = request.query_params.get("changes", "on") != "off"
        # What is read is as much as somebody ever wrote: of few at once, by whom has a place.
        async with service.exports.place() as aside:
            past = await service.store.read(lambda db: read_past(db, id, seq))
            try:
                texts = await aside.run(
                    draw, past.before, past.then, words["note.task_done"], said if shows else {}
                )
            except Choked as error:
                raise Unavailable("This note cannot be read now; try again soon.") from error
        found, place = past.moments, past.place
        names = await service.store.read(lambda db: people.names(db, everybody(found)))
        telling = Telling(language, ZoneInfo(day.timezone), names, service.clock())
        return pages.render(
            request,
            "looking_back.html",
            status=refused.status if refused else 200,
            day=day,
            note=id,
            title=item.title if item else words["day.conclusion"],
            moments=[(one.seq, telling.said(one)) for one in found],
            moment=past.moment,
            said=telling.said(past.moment),
            place=place + 1,
            earlier=found[place - 1].seq if place else None,
            later=found[place + 1].seq if place + 1 < len(found) else None,
            shows_changes=shows,
            may_restore=visitor.role.may_lock and place + 1 < len(found),
            refused=refused.spoken(language) if refused else "",
            panes=[(pane, Markup(text)) for pane, text in texts.items()],  # noqa: S704 - of `draw`
        )

    path = "/d/{day}/n/{note}/past"
    return [Route(path, show), Route(path, restore, methods=["POST"])]


def draw(
    before: Sequence[bytes], then: Sequence[bytes], done: str, said: dict[Change, str]
) -> dict[str, str]:
    """The elements of each pane, for a process that may take its time; every text in them is
    escaped, and one where nothing stands is "". `said` names the changes that are shown. Raises
    Choked."""
    seen = look(before, then)
    panes = {"notes": seen.notes, "conclusions": seen.conclusions}
    return {pane: _pane(lines, done, said) for pane, lines in panes.items()}


def _pane(lines: Sequence[Shown], done: str, said: dict[Change, str]) -> str:
    shown = [one for one in lines if one.change != "removed" or said]
    if all(one.line.is_blank and not one.words for one in shown):
        return ""
    return "".join(_line(one, done, said) for one in shown)


def _line(one: Shown, done: str, said: dict[Change, str]) -> str:
    if one.words and said:
        words = "".join(
            _changed(change, drawn_spans(span for _, span in some), said)
            for change, some in groupby(one.words, key=lambda word: word[0])
        )
        return drawn_around(one.line, words, done=done)
    line = drawn([one.line], done=done)
    # An empty line that came or went is nothing to look at.
    return _changed(one.change, line, said, whole="line") if one.line.spans else line


def _changed(change: Change, html: str, said: dict[Change, str], *, whole: str = "words") -> str:
    """What came or went, named for who sees neither its sign nor its colour."""
    if change not in said:
        return html
    label = f'<span class="visually-hidden">{escape(said[change])} </span>'
    return f'<{_TAGS[change]} class="change change--{whole}">{label}{html}</{_TAGS[change]}>'
