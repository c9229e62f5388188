"""What the server's pages say, in French and in English. The two have the same keys (a test).

French typography: a no-break space before « : », a narrow one before « ; ? ! », ’ as apostrophe.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("fr", "en")

FRENCH: Mapping[str, str] = {
    "app": "Calepin",
    "tagline": "Prendre des notes ensemble, toute une journée de débats.",
    "skip": "Aller au contenu",
    "language": "Langue",
    "home.title": "Vos journées",
    "home.empty": "Cet appareil ne connaît encore aucune journée.",
    "home.how": "Ouvrez le lien ou scannez le code QR que l’organisation vous a donné : "
    "il vous fait entrer dans la journée, sans compte ni mot de passe.",
    "home.as": "{name} · {role}",
    "home.what": "Ce qu’est Calepin",
    "home.what_1": "Un carnet commun pour une journée de débats : chaque conférence, chaque "
    "rencontre, chaque atelier a sa note, où toutes les personnes présentes écrivent ensemble.",
    "home.what_2": "La modération peut verrouiller une note quand le débat est clos, et la journée "
    "entière s’exporte dans l’ordre du programme.",
    "join.title": "Rejoindre la journée",
    "join.role.reader": "Ce lien vous permet de lire toutes les notes de la journée.",
    "join.role.writer": "Ce lien vous permet d’écrire dans les notes de la journée, "
    "avec les autres.",
    "join.role.moderator": "Ce lien vous permet d’écrire, et de verrouiller une note "
    "quand son débat est terminé.",
    "join.role.organiser": "Ce lien vous donne toute la journée : écrire, verrouiller, exporter, "
    "partager les liens.",
    "join.name": "Votre nom",
    "join.hint": "Il s’affiche à côté de ce que vous écrivez. Un prénom suffit.",
    "join.enter": "Entrer",
    "join.again": "Cet appareil vous connaît déjà : {name}.",
    "join.other_name": "Ou entrer sous un autre nom",
    "join.other_role": "Cet appareil vous connaît déjà ({name}, {role}). "
    "En entrant par ce lien, vous changez de rôle.",
    "join.cookie": "Pas de compte, pas de mot de passe : un cookie retient votre nom sur cet "
    "appareil, pour cette journée.",
    "join.continue": "Continuer comme {name}",
    "day.programme": "Programme",
    "day.conclusion": "Conclusion de la journée",
    "day.conclusion_hint": "Ce que l’on retient de la journée entière.",
    "day.export": "Exporter",
    "day.export_all": "Toute la journée (Markdown)",
    "day.export_conclusions": "Les conclusions seules (Markdown)",
    "day.export_section": "Exporter cette partie",
    "day.room": "Salle {room}",
    "day.questions": "Questions",
    "day.no_items": "Rien n’est prévu dans cette partie.",
    "day.locked": "Verrouillée",
    "day.lock_note": "Verrouiller",
    "day.unlock_note": "Déverrouiller",
    "day.lock_section": "Verrouiller cette partie",
    "day.lock_day": "Verrouiller toute la journée",
    "day.unlock_section": "Déverrouiller cette partie",
    "day.unlock_day": "Déverrouiller toute la journée",
    "day.links": "Liens à partager",
    "day.links_hint": "Qui a un lien a son rôle. Donnez à chacun le sien.",
    "day.you": "Vous êtes {name} · {role}",
    "day.locks": "Verrous",
    "role.reader": "lecture",
    "role.writer": "écriture",
    "role.moderator": "modération",
    "role.organiser": "organisation",
    "note.back": "Programme",
    "note.questions": "Questions pour guider les échanges",
    "note.noscript": "Pour écrire ici, votre navigateur doit autoriser JavaScript.",
    "error.title": "Un problème est survenu",
    "error.not_found": "Cette page n’existe pas",
    "error.not_found_what": "L’adresse est peut-être incomplète, ou la journée a été supprimée. "
    "Rouvrez le lien que l’on vous a donné.",
    "error.not_authenticated": "Ce lien n’ouvre rien",
    "error.not_authenticated_what": "Il est incomplet, a été remplacé, ou cet appareil n’est pas "
    "encore entré dans la journée. Demandez un nouveau lien à l’organisation.",
    "error.not_allowed": "Votre lien ne va pas jusque-là",
    "error.not_allowed_what": "Cette page demande un autre lien. Demandez-le à l’organisation.",
    "error.bad_input": "Ce qui a été envoyé ne convient pas",
    "error.bad_input_what": "Revenez en arrière et corrigez : {message}",
    "error.too_many": "Trop de monde d’un coup",
    "error.too_many_what": "Ce lien a servi à plus de personnes qu’il n’est permis en un jour. "
    "Demandez-en un autre à l’organisation.",
    "error.unavailable": "Le serveur ne peut pas répondre pour l’instant",
    "error.unavailable_what": "Rien n’est perdu. Réessayez dans un instant.",
    "error.back": "Vos journées",
    "name.empty": "Il faut un nom, pour que les autres sachent qui écrit.",
    "name.long": "Ce nom est trop long ou contient des caractères impossibles à afficher.",
}

ENGLISH: Mapping[str, str] = {
    "app": "Calepin",
    "tagline": "Take notes together, through a whole day of debates.",
    "skip": "Skip to content",
    "language": "Language",
    "home.title": "Your days",
    "home.empty": "This device does not know any day yet.",
    "home.how": "Open the link or scan the QR code that the organisers gave you: "
    "it lets you into the day, without account or password.",
    "home.as": "{name} · {role}",
    "home.what": "What Calepin is",
    "home.what_1": "A shared notebook for a day of debates: every talk, meeting and workshop has "
    "its note, where everybody who is there writes at the same time.",
    "home.what_2": "Moderators can lock a note when its debate is over, and the whole day can be "
    "exported in the order of the programme.",
    "join.title": "Join the day",
    "join.role.reader": "This link lets you read all the notes of the day.",
    "join.role.writer": "This link lets you write in the notes of the day, with the others.",
    "join.role.moderator": "This link lets you write, and lock a note when its debate is over.",
    "join.role.organiser": "This link gives you the whole day: write, lock, export, "
    "share the links.",
    "join.name": "Your name",
    "join.hint": "It is shown beside what you write. A first name is enough.",
    "join.enter": "Enter",
    "join.again": "This device knows you already: {name}.",
    "join.other_name": "Or come in under another name",
    "join.other_role": "This device knows you already ({name}, {role}). "
    "Coming in by this link changes your role.",
    "join.cookie": "No account, no password: a cookie keeps your name on this device, "
    "for this day.",
    "join.continue": "Go on as {name}",
    "day.programme": "Programme",
    "day.conclusion": "Conclusion of the day",
    "day.conclusion_hint": "What is kept of the whole day.",
    "day.export": "Export",
    "day.export_all": "The whole day (Markdown)",
    "day.export_conclusions": "The conclusions alone (Markdown)",
    "day.export_section": "Export this part",
    "day.room": "Room {room}",
    "day.questions": "Questions",
    "day.no_items": "Nothing is planned in this part.",
    "day.locked": "Locked",
    "day.lock_note": "Lock",
    "day.unlock_note": "Unlock",
    "day.lock_section": "Lock this part",
    "day.lock_day": "Lock the whole day",
    "day.unlock_section": "Unlock this part",
    "day.unlock_day": "Unlock the whole day",
    "day.links": "Links to share",
    "day.links_hint": "Whoever has a link has its role. Give each their own.",
    "day.you": "You are {name} · {role}",
    "day.locks": "Locks",
    "role.reader": "reader",
    "role.writer": "writer",
    "role.moderator": "moderator",
    "role.organiser": "organiser",
    "note.back": "Programme",
    "note.questions": "Questions to guide the discussion",
    "note.noscript": "To write here, your browser must allow JavaScript.",
    "error.title": "Something went wrong",
    "error.not_found": "This page does not exist",
    "error.not_found_what": "The address may be incomplete, or the day was deleted. "
    "Open the link that you were given again.",
    "error.not_authenticated": "This link opens nothing",
    "error.not_authenticated_what": "It is incomplete, was replaced, or this device has not come "
    "into the day yet. Ask the organisers for a new link.",
    "error.not_allowed": "Your link does not reach this far",
    "error.not_allowed_what": "This page needs another link. Ask the organisers for it.",
    "error.bad_input": "What was sent does not fit",
    "error.bad_input_what": "Go back and correct it: {message}",
    "error.too_many": "Too many at once",
    "error.too_many_what": "This link was used by more people than are allowed within a day. "
    "Ask the organisers for another one.",
    "error.unavailable": "The server cannot answer just now",
    "error.unavailable_what": "Nothing is lost. Try again in a moment.",
    "error.back": "Your days",
    "name.empty": "A name is needed, so that the others know who writes.",
    "name.long": "This name is too long, or has characters that cannot be shown.",
}

WORDS: Mapping[str, Mapping[str, str]] = {"fr": FRENCH, "en": ENGLISH}
