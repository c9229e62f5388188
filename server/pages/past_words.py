"""The words of the page that shows a note as it was earlier."""

from __future__ import annotations

FRENCH = {
    "past.title": "Revenir en arrière",
    "past.what": "La note telle qu’elle était, minute par minute. Regarder ne change rien.",
    "past.moment": "Moment",
    "past.show": "Voir",
    "past.earlier": "Avant",
    "past.later": "Après",
    "past.first": "Début",
    "past.last": "Fin",
    "past.place": "{place} sur {of}",
    "past.more": "et {count} de plus",
    "past.added": "Ajouté\u00a0:",
    "past.removed": "Retiré\u00a0:",
    "past.with": "Montrer ce qui a changé",
    "past.without": "Sans ce qui a changé",
    "past.back": "La note",
    "past.empty": "Rien n’y était écrit.",
    "past.steps": "Moments",
    "past.restore": "Remettre la note dans cet état…",
    "past.restore_hint": "Chacun verra aussitôt la note telle qu’elle est ici. Ce qui a été écrit "
    "depuis n’est pas perdu\u00a0: on y revient de la même façon.",
    "past.restore_do": "Remettre dans cet état",
}
ENGLISH = {
    "past.title": "Looking back",
    "past.what": "The note as it was, minute by minute. Looking changes nothing.",
    "past.moment": "Moment",
    "past.show": "Show",
    "past.earlier": "Earlier",
    "past.later": "Later",
    "past.first": "Beginning",
    "past.last": "End",
    "past.place": "{place} of {of}",
    "past.more": "and {count} more",
    "past.added": "Added:",
    "past.removed": "Removed:",
    "past.with": "Show what changed",
    "past.without": "Without what changed",
    "past.back": "The note",
    "past.empty": "Nothing was written there.",
    "past.steps": "Moments",
    "past.restore": "Bring the note back to this…",
    "past.restore_hint": "Everybody will see the note at once as it is here. What was written "
    "since is not lost: one comes back to it in the same way.",
    "past.restore_do": "Bring it back",
}
