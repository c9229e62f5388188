"""What opens a day, to be told to people and programs: its links by role, and its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from server.days.access import Role, derive_token, token_matches
from server.days.view import DayView, load_day
from storage import people
from storage.values import DayId


@dataclass(frozen=True, slots=True)
class Entrance:
    """A day with the token of each role whose link stands, from reader to organiser."""

    day: DayView
    tokens: Mapping[Role, str]

    def links(self, address: str) -> dict[Role, str]:
        """The addresses to give to people; each asks for a name."""
        return {role: join_address(address, token) for role, token in self.tokens.items()}

    def as_json(self, address: str) -> dict[str, object]:
        """The one JSON shape of a new day, for the command line and the API."""
        return {
            "day": self.day.id,
            "title": self.day.title,
            "links": {role.value: link for role, link in self.links(address).items()},
            "tokens": {role.value: token for role, token in self.tokens.items()},
            "items": [
                {
                    "note": item.note.id,
                    "section": section.title,
                    "title": item.title,
                    "room": item.room,
                }
                for section, item in self.day.items()
            ],
        }


def join_address(address: str, token: str) -> str:
    return f"{address}/join/{token}"


def load_entrance(db: Connection, day: DayId, *, secret: bytes) -> Entrance:
    """Recompute the tokens of the day's links. Left out is a link that was revoked, and one that
    was made with another secret: what would be computed now opens nothing.

    Raises NotFound.
    """
    view = load_day(db, day)
    tokens = {
        Role(link.role): token
        for link in people.links(db, day)
        if link.revoked_at is None
        and token_matches(token := derive_token(secret, link.id), link.secret_hash)
    }
    return Entrance(view, {role: tokens[role] for role in Role if role in tokens})
