"""What is said to who would bring a note back to what it was."""

from __future__ import annotations

from typing import Final

FRENCH: Final = {
    "The note is at this moment now: there is nothing to go back to.": (
        "La note en est à ce moment même : il n’y a rien à quoi revenir."
    ),
    "The note is as it was then: there is nothing to bring back.": (
        "La note est déjà comme elle était alors : il n’y a rien à remettre."
    ),
    "Others bring this note back at the same time; look again.": (
        "D’autres remettent cette note au même moment\u202f; regardez à nouveau."
    ),
    "This note was loaded anew meanwhile; try again.": (
        "La note a été rechargée entre-temps ; réessayez."
    ),
    "The note takes no edits now; try again.": (
        "La note ne peut pas être modifiée pour l’instant ; réessayez."
    ),
}
