"""What the day itself says to people, in its own language. French and English have the same words
(a test), and a day in another language says it in English, as its exports do."""

from __future__ import annotations

from collections.abc import Mapping

from server.days.access import Role

ROLE_NAMES: Mapping[str, Mapping[Role, str]] = {
    "fr": {
        Role.READER: "Lecture",
        Role.WRITER: "Écriture",
        Role.MODERATOR: "Modération",
        Role.ORGANISER: "Organisation",
    },
    "en": {
        Role.READER: "Reader",
        Role.WRITER: "Writer",
        Role.MODERATOR: "Moderator",
        Role.ORGANISER: "Organiser",
    },
}
"""The name of whoever uses a link itself, without having given one: it stands where a person's
name does (beside a caret, “locked by …”), and says nothing of who it is."""


def role_name(role: Role, language: str) -> str:
    """The name of a link's own person in a day of that language ("fr", "en", "pt-BR")."""
    return ROLE_NAMES["fr" if language.split("-")[0].lower() == "fr" else "en"][role]
