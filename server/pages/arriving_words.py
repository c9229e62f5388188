"""What the pages of arriving say: the first page, codes, doors, walls. As `words.py`, of which they
are a part."""

from __future__ import annotations

from collections.abc import Mapping

FRENCH: Mapping[str, str] = {
    "home.forget": "Oublier",
    "home.forget_of": "Oublier {title}",
    "home.come_in": "Entrer dans une journée",
    "code.label": "Pas de lien sous la main ? Tapez le code court",
    "code.hint": "Huit lettres et chiffres, affichés dans la salle ou dits à voix haute.",
    "code.enter": "Ouvrir",
    "code.wrong": "Ce code n’ouvre rien. Relisez-le : il a huit signes, sans 0, O, 1, I ni L. "
    "Il a peut-être été remplacé ; le code QR, lui, ouvre toujours.",
    "code.many": "Trop de codes faux ont été tapés ici. Attendez une minute, "
    "ou scannez le code QR.",
    "forget.title": "Oublier cette journée ?",
    "forget.what": "Cet appareil oubliera qui vous êtes ({name}) et effacera ses copies des notes. "
    "Ce qui est enregistré reste dans la journée.",
    "forget.back": "Pour revenir, il faudra le lien ou le code QR, et redonner un nom.",
    "forget.do": "Oublier",
    "forget.keep": "Garder",
    "join.no_cookies": "Votre navigateur refuse les cookies : sans eux, la journée ne peut pas "
    "savoir qui écrit. Autorisez-les pour ce site, puis entrez de nouveau.",
    "go.label": "Trouver une note",
    "go.hint": "Salle, numéro ou titre",
    "go.do": "Aller",
    "go.several": "Plusieurs notes pour « {query} »",
    "go.none": "Aucune note ne correspond à « {query} ».",
    "go.empty": "Dites ce que vous cherchez : une salle, un numéro, des mots du titre.",
    "go.rooms": "Les salles de la journée",
    "go.no_rooms": "Le programme de cette journée ne nomme pas de salles.",
    "go.more": "Il y en a d’autres : ajoutez un mot.",
    "go.on": "En ce moment",
    "day.wall": "Mur des notes",
    "day.doors": "Affiches pour les salles",
    "note.project": "Projeter",
    "doors.title": "Affiches pour les salles",
    "doors.how": "Une page A4 pour la journée, puis une par salle. Imprimez depuis votre "
    "navigateur, sans en-tête ni pied de page.",
    "doors.role": "Qui scanne reçoit le rôle",
    "doors.choose": "Changer",
    "doors.code": "Code court",
    "doors.code_on": "On tape {code} sur {host}.",
    "doors.code_ends": "Il cesse d’ouvrir à la fin de la journée, ou dans deux jours si sa date "
    "n’est pas proche.",
    "doors.code_off": "Pour qui ne peut pas scanner : huit signes à taper sur {host}. "
    "Le code donne le même rôle que le lien.",
    "doors.make": "Créer un code",
    "doors.renew": "Remplacer le code",
    "doors.end": "Supprimer le code",
    "doors.together": "Prenez des notes ensemble",
    "doors.scan": "Scannez, dites votre nom, écrivez.",
    "doors.scan_reader": "Scannez, dites votre nom, lisez.",
    "doors.or": "ou tapez sur {host}",
    "doors.then": "puis cherchez « {room} »",
    "doors.more": "et {count} de plus",
    "doors.qr": "Code QR : {what}",
    "doors.rooms": "Salles",
    "doors.one": "Affiche {what}",
    "project.qr": "Écrire dans cette note",
    "project.qr_reader": "Lire cette note",
    "wall.title": "Toutes les notes",
}

ENGLISH: Mapping[str, str] = {
    "home.forget": "Forget",
    "home.forget_of": "Forget {title}",
    "home.come_in": "Come into a day",
    "code.label": "No link at hand? Type the short code",
    "code.hint": "Eight letters and digits, shown in the room or said aloud.",
    "code.enter": "Open",
    "code.wrong": "This code opens nothing. Look at it again: it has eight signs, without 0, O, 1, "
    "I or L. It may have been replaced; the QR code still opens.",
    "code.many": "Too many wrong codes were typed here. Wait a minute, or scan the QR code.",
    "forget.title": "Forget this day?",
    "forget.what": "This device will forget who you are ({name}) and erase its copies of the "
    "notes. What is saved stays in the day.",
    "forget.back": "To come back, the link or the QR code is needed, and a name again.",
    "forget.do": "Forget",
    "forget.keep": "Keep",
    "join.no_cookies": "Your browser refuses cookies: without them, the day cannot know who "
    "writes. Allow them for this site, then come in again.",
    "go.label": "Find a note",
    "go.hint": "Room, number or title",
    "go.do": "Go",
    "go.several": "Several notes for “{query}”",
    "go.none": "No note fits “{query}”.",
    "go.empty": "Say what you look for: a room, a number, words of the title.",
    "go.rooms": "The rooms of the day",
    "go.no_rooms": "The programme of this day names no rooms.",
    "go.more": "There are more: add a word.",
    "go.on": "On now",
    "day.wall": "Wall of notes",
    "day.doors": "Sheets for the doors",
    "note.project": "Project",
    "doors.title": "Sheets for the doors",
    "doors.how": "One A4 page for the day, then one for each room. Print from your browser, "
    "without header and footer.",
    "doors.role": "Whoever scans becomes a",
    "doors.choose": "Change",
    "doors.code": "Short code",
    "doors.code_on": "People type {code} at {host}.",
    "doors.code_ends": "It stops to open when the day is over, or in two days where its date is "
    "not near.",
    "doors.code_off": "For those who cannot scan: eight signs to type at {host}. The code gives "
    "the same role as the link.",
    "doors.make": "Make a code",
    "doors.renew": "Replace the code",
    "doors.end": "End the code",
    "doors.together": "Take notes together",
    "doors.scan": "Scan, say your name, write.",
    "doors.scan_reader": "Scan, say your name, read.",
    "doors.or": "or type at {host}",
    "doors.then": "then look for “{room}”",
    "doors.more": "and {count} more",
    "doors.qr": "QR code: {what}",
    "doors.rooms": "Rooms",
    "doors.one": "Sheet {what}",
    "project.qr": "Write in this note",
    "project.qr_reader": "Read this note",
    "wall.title": "All notes",
}
