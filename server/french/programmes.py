"""What is said of a file of a programme.

What a library says of it is English, and left out here: the line that it is about is named.
"""

from __future__ import annotations

from typing import Final

FRENCH: Final = {
    "`remove` is `blank`, or left out.": "`remove` vaut `blank`, ou n’est pas donné.",
    "The day has {standing} items and had {ever}; at most {most} stand in a programme, "
    "{most_ever} with those that were removed. Make two days of it.": (
        "La journée a {standing} points et en a eu {ever} ; un programme en a {most} au plus, "
        "{most_ever} avec ceux qui ont été retirés. Faites-en deux journées."
    ),
    "It would end at {end}, before it starts ({start}): change both times.": (
        "La fin serait à {end}, avant le début ({start}) : changez les deux heures."
    ),
    "The day has had {most} sections, with those that were removed: rename one, or put a "
    "removed one back.": (
        "La journée a eu {most} parties, avec celles qui ont été retirées : renommez-en une, "
        "ou remettez-en une."
    ),
    "`{field}` must be one line of at most {most} characters, without control characters.": (
        "`{field}` doit tenir sur une ligne de {most} caractères au plus, sans caractère de "
        "contrôle."
    ),
    "`kind` must be one of {kinds}.": "`kind` doit être l’un de ceux-ci : {kinds}.",
    "{count} people are too many: at most {most}.": "{count} personnes sont trop : {most} au plus.",
    "{count} questions are too many: at most {most}.": (
        "{count} questions sont trop : {most} au plus."
    ),
    "`date` is no date: write one that exists, such as 2027-03-01.": (
        "`date` n’est pas une date : écrivez-en une qui existe, comme 2027-03-01."
    ),
    "The programme was changed meanwhile, so the differences are others than you saw: look "
    "at them again.": (
        "Le programme a changé entre-temps, et les différences ne sont plus celles que vous "
        "avez vues : regardez-les à nouveau."
    ),
    "the file ends before its {what} does: copy or save it anew.": (
        "le fichier s’arrête avant la fin de son {what} : copiez-le ou enregistrez-le à nouveau."
    ),
    "it has more than {most} time zones: take out what is not needed.": (
        "il a plus de {most} fuseaux horaires : enlevez ceux qui ne servent pas."
    ),
    "`END:{what}` ends nothing that has begun: save the calendar anew.": (
        "`END:{what}` ne termine rien qui ait commencé : enregistrez le calendrier à nouveau."
    ),
    "a time zone may change every year, and not more often or by other rules: take the "
    "`VTIMEZONE` out, or save the calendar anew.": (
        "un fuseau horaire peut changer chaque année, et pas plus souvent ni par d’autres "
        "règles : enlevez le `VTIMEZONE`, ou enregistrez le calendrier à nouveau."
    ),
    "no column is called Titre or Title: name the columns in the first line, for instance "
    "{names}.": (
        "aucune colonne ne s’appelle Titre ni Title : nommez les colonnes sur la première "
        "ligne, par exemple {names}."
    ),
    "One line above the names of the columns: not taken.": (
        "Une ligne au-dessus des noms des colonnes n’est pas prise."
    ),
    "Columns that are not taken: {columns}.": "Colonnes qui ne sont pas prises : {columns}.",
    "{text} is no date: write 2026-11-23.": "{text} n’est pas une date : écrivez 2026-11-23.",
    "{count} lines above the names of the columns: not taken.": (
        "{count} lignes au-dessus des noms des colonnes ne sont pas prises."
    ),
    "{text} is no date: write 2026-11-23 or 23/11/2026.": (
        "{text} n’est pas une date : écrivez 2026-11-23 ou 23/11/2026."
    ),
    "{text} is no duration: write 0:45.": "{text} n’est pas une durée : écrivez 0:45.",
    "{text} after {start} is on the next day: Calepin knows one day.": (
        "{text} après {start}, c’est le lendemain, et Calepin connaît un seul jour."
    ),
    "{text} is no time of day: write 09:30 or 9h30.": (
        "{text} n’est pas une heure : écrivez 09:30 ou 9h30."
    ),
    "{text} is no time of day: write 9h30-10h15.": (
        "{text} n’est pas un horaire : écrivez 9h30-10h15."
    ),
    "this is not CSV ({why}): look at the quotes, and save it anew.": (
        "ce n’est pas du CSV : regardez les guillemets, et enregistrez-le à nouveau."
    ),
    "{why}. Programmes are taken from YAML (.yml), schedules of frab and pretalx "
    "(schedule.json, schedule.xml), iCalendar (.ics), tables (.csv, .ods) and Calepin's own "
    "export (.json).": (
        "{why}. Un programme vient d’un fichier YAML (.yml), de frab ou de pretalx "
        "(schedule.json, schedule.xml), d’un calendrier (.ics), d’un tableau (.csv, .ods) ou "
        "d’un export de Calepin (.json)."
    ),
    "it is larger than {most} MiB.": "il est plus grand que {most} Mio.",
    "it is none of the files that are read": "ce n’est aucun des fichiers qui sont lus",
    "it is not UTF-8 (line {line}); save it as UTF-8.": (
        "il n’est pas en UTF-8 (ligne {line}) : enregistrez-le en UTF-8."
    ),
    "this is not JSON ({why}).": (
        "ce n’est pas du JSON : regardez les virgules, les accolades et les guillemets de "
        "cette ligne."
    ),
    "this is JSON that no schedule is: too deep, or with an endless number.": (
        "aucun programme n’est un tel JSON : trop profond, ou avec un nombre sans fin."
    ),
    "it is an archive, or of another office program": (
        "c’est une archive, ou le fichier d’un autre logiciel de bureau"
    ),
    "{text} is no date: write 2026-11-23T09:30:00+01:00.": (
        "{text} n’est pas une date : écrivez 2026-11-23T09:30:00+01:00."
    ),
    "{text} is no time of day: write 09:30.": "{text} n’est pas une heure : écrivez 09:30.",
    "{text} is no duration: write 00:45.": "{text} n’est pas une durée : écrivez 00:45.",
    "{text} is no date: write 2026-11-23T10:30:00+01:00.": (
        "{text} n’est pas une date : écrivez 2026-11-23T10:30:00+01:00."
    ),
    "it must be a whole number, without quotes.": "il faut un nombre entier, sans guillemets.",
    "it must be there, and be an object.": "il faut qu’il y soit, et que ce soit un objet.",
    "it must be a list.": "il faut une liste.",
    "it must be a text in quotes.": "il faut un texte entre guillemets.",
    "a day must be an object.": "un jour doit être un objet.",
    "the number is too long.": "le nombre est trop long.",
    "a room must be a list of events.": "une salle doit être une liste de rendez-vous.",
    "a person must be an object with a `name`.": "une personne doit être un objet avec un `name`.",
    "an event must be an object.": "un rendez-vous doit être un objet.",
    "it begins with <{name}>: of XML, schedules of frab and pretalx are taken, which begin "
    "with <schedule>.": (
        "il commence par <{name}> : en XML, seuls sont pris les programmes de frab et de "
        "pretalx, qui commencent par <schedule>."
    ),
    "{title} (line {line})": "{title} (ligne {line})",
    "the day has {count} items; at most {most} are taken.": (
        "la journée a {count} points : {most} au plus sont pris."
    ),
    "the day has {count} sections; at most {most} are taken.": (
        "la journée a {count} parties : {most} au plus sont prises."
    ),
    "nothing in it is on {date}": "rien n’y est le {date}",
    "Calepin knows one day": "Calepin connaît un seul jour",
    "{begin}; the file has these dates, with so many items: {dates}. Name one of them "
    "(`--date` on the command line, `date=` in an address).": (
        "{begin} ; le fichier a ces dates, avec autant de points : {dates}. Choisissez l’une "
        "d’elles (`--date` dans une commande, `date=` dans une adresse)."
    ),
    "there is no item in it: look whether it is the right file.": (
        "il n’a aucun point : regardez si c’est le bon fichier."
    ),
    "it has no title for the day, and needs one: give it one (`--title` on the command line, "
    "`title=` in an address).": (
        "il n’a pas de titre pour la journée, et il en faut un : donnez-le (`--title` dans une "
        "commande, `title=` dans une adresse)."
    ),
    "it is empty, and the file has several dates: say on which one this is.": (
        "elle est vide, et le fichier a plusieurs dates : dites laquelle c’est."
    ),
    "an item needs a title: add one.": "un point a besoin d’un titre : ajoutez-le.",
    "it ends at {end}, before it starts ({start}): give it a later time.": (
        "la fin est à {end}, avant le début ({start}) : donnez une heure plus tardive."
    ),
    "it has {count} characters; at most {most} are taken.": (
        "il y a {count} caractères : {most} au plus sont pris."
    ),
    "{id} is also that of {other}: give each item an identifier of its own.": (
        "{id} est aussi celui de {other} : donnez à chaque point son propre identifiant."
    ),
    "{why}": "{why}",
    "it must be one line of at most {most} characters, without control characters; it has "
    "{count}.": (
        "il faut une ligne de {most} caractères au plus, sans caractère de contrôle ; il y en "
        "a {count}."
    ),
    "this is not iCalendar: save it anew with the program that made it.": (
        "ce n’est pas un calendrier (iCalendar) : enregistrez-le à nouveau avec le logiciel "
        "qui l’a fait."
    ),
    "{items}: cancelled, and left out.": "{items} : annulé, et laissé de côté.",
    "the event has no beginning: add one.": "le rendez-vous n’a pas de début : ajoutez-le.",
    "it is on {ends}, before the beginning ({date}).": "c’est le {ends}, avant le début ({date}).",
    "it is no date: write 20261123T093000.": "ce n’est pas une date : écrivez 20261123T093000.",
    "it cannot be read: look at its value.": "cela ne peut pas être lu : regardez sa valeur.",
    "it stands twice in this event: keep one of the two.": (
        "ce rendez-vous l’a deux fois : gardez l’un des deux."
    ),
    "it is no duration: write PT45M.": "ce n’est pas une durée : écrivez PT45M.",
    "it is outside of all calendars.": "c’est hors de tout calendrier.",
    "it is too long: write PT45M.": "c’est trop long : écrivez PT45M.",
    "{shown} and {more} more": "{shown} et {more} de plus",
    "{shown}": "{shown}",
    "it has more than {most} events: take out what is not of this day.": (
        "il a plus de {most} rendez-vous : enlevez ce qui n’est pas de cette journée."
    ),
    "{items}: the end is on another day, and is left open, as Calepin knows one day.": (
        "{items} : la fin est un autre jour, et reste ouverte, car Calepin connaît un seul jour."
    ),
    "{items}: of what repeats, the first time is taken.": (
        "{items} : de ce qui se répète, la première fois est prise."
    ),
    "{items}: the file has times of another zone, which are turned into those of the day.": (
        "{items} : le fichier a les heures d’un autre fuseau, qui deviennent celles de la journée."
    ),
    "Sheets that are not taken: {sheets}.": "Feuilles qui ne sont pas prises : {sheets}.",
    "it is locked with a password: save it without one.": (
        "il est protégé par un mot de passe : enregistrez-le sans."
    ),
    "it is no sheet that can be read: open it in LibreOffice, and save it as ODS.": (
        "ce n’est pas une feuille de calcul lisible : ouvrez-la dans LibreOffice, et "
        "enregistrez-la en ODS."
    ),
    "its content has more than {most} MiB when unpacked: keep what is of this day, or save "
    "it as CSV.": (
        "son contenu décompressé a plus de {most} Mio : gardez ce qui est de cette journée, ou "
        "enregistrez-le en CSV."
    ),
    "a cell has more than {most} characters: shorten it.": (
        "une cellule a plus de {most} caractères : raccourcissez-la."
    ),
    "the sheet has more than {most} lines: take some out.": (
        "la feuille a plus de {most} lignes : enlevez-en."
    ),
    "it has more than {most} columns: take some out.": (
        "elle a plus de {most} colonnes : enlevez-en."
    ),
    "its version is {version}, and this Calepin knows version 1.": (
        "sa version est {version}, et ce Calepin connaît la version 1."
    ),
    "it is no export of Calepin as it should be: {why}.": (
        "ce n’est pas un export de Calepin tel qu’il doit être : exportez à nouveau, et ne "
        "changez rien au fichier."
    ),
    "It is not UTF-8, and was read as Windows-1252, as Excel writes it in western Europe.": (
        "Il n’est pas en UTF-8, et a été lu en Windows-1252, comme Excel l’écrit en Europe de "
        "l’Ouest."
    ),
    "it holds a NUL, which no text has: save it as UTF-8.": (
        "il contient un caractère nul, qu’aucun texte n’a : enregistrez-le en UTF-8."
    ),
    "it holds a NUL, which no text has: take it out.": (
        "il contient un caractère nul, qu’aucun texte n’a : enlevez-le."
    ),
    "it is neither UTF-8 nor Windows-1252: save it as UTF-8.": (
        "il n’est ni en UTF-8 ni en Windows-1252 : enregistrez-le en UTF-8."
    ),
    "it begins as UTF-8 or UTF-16 and goes on as neither: save it as UTF-8.": (
        "il commence en UTF-8 ou en UTF-16 et continue autrement : enregistrez-le en UTF-8."
    ),
    "`timezone` is none that is known: write one such as Europe/Paris.": (
        "`timezone` n’est pas un fuseau connu : écrivez par exemple Europe/Paris."
    ),
    "it is not well-formed XML ({why}): save it anew.": (
        "ce n’est pas du XML bien formé : enregistrez-le à nouveau."
    ),
    "its encoding is unknown or not what it says: save it as UTF-8.": (
        "son encodage est inconnu ou n’est pas celui qu’il dit : enregistrez-le en UTF-8."
    ),
    "there is no element in it.": "il n’a aucun élément.",
    "it declares a document type or entities, which a programme has no use for and which can "
    "stand for gigabytes: take out `<!DOCTYPE …>`.": (
        "il déclare un type de document ou des entités, dont un programme n’a pas besoin et "
        "qui peuvent valoir des gigaoctets : enlevez `<!DOCTYPE …>`."
    ),
    "it has more than {most} elements: take out what is not needed.": (
        "il a plus de {most} éléments : enlevez ce qui ne sert pas."
    ),
    "elements stand in each other more than {most} levels deep.": (
        "ses éléments s’emboîtent sur plus de {most} niveaux."
    ),
    "`{field}`: {why}.": "`{field}` : {why}.",
    "{why}.": "{why}.",
    "`{field}` names the file {path}, but there are no files here: write the text itself, as "
    "`{field}: |` and indented lines.": (
        "`{field}` nomme le fichier {path}, mais il n’y a pas de fichiers ici : écrivez le "
        "texte lui-même, avec `{field}: |` et des lignes en retrait."
    ),
    "`{field}`: files can be named only where the programme is a file itself.": (
        "`{field}` : un fichier ne peut être nommé que si le programme est lui-même un fichier."
    ),
    "A programme": "Un programme",
    "the day has more than {most} items; make two days of it.": (
        "la journée a plus de {most} points : faites-en deux journées."
    ),
    "`kind` is {kind}: it must be one of {kinds}.": (
        "`kind` est {kind} : il faut l’un de ceux-ci : {kinds}."
    ),
    "`end` is {end}, before `start` ({start}): give it a later time.": (
        "`end` est {end}, avant `start` ({start}) : donnez une heure plus tardive."
    ),
    "A person": "Une personne",
    "a person needs a name, an organisation, or both.": (
        "une personne a besoin d’un nom (`name`), d’une structure (`organisation`), ou des deux."
    ),
    "a question is empty: write it or remove the line.": (
        "une question est vide : écrivez-la ou enlevez la ligne."
    ),
    "`{key}` is {text}: write a time of day as 09:30 or 14:05.": (
        "`{key}` est {text} : écrivez une heure comme 09:30 ou 14:05."
    ),
    "`language` is {text}: write a code such as fr, en or pt-BR.": (
        "`language` est {text} : écrivez un code comme fr, en ou pt-BR."
    ),
    "`{key}` is {text}: name a file in the programme's own folder.": (
        "`{key}` est {text} : nommez un fichier du dossier du programme."
    ),
    "`id` is {id}, as on line {line}: give each an id of its own, or leave it out.": (
        "`id` est {id}, comme à la ligne {line} : donnez à chacun son propre `id`, ou n’en "
        "mettez pas."
    ),
    "`{key}` is {text}: write a date that exists as 2026-11-23.": (
        "`{key}` est {text} : écrivez une date qui existe, comme 2026-11-23."
    ),
    "`timezone` is {text}: write one such as {example}.": (
        "`timezone` est {text} : écrivez par exemple {example}."
    ),
    "A section": "Une partie",
    "An item": "Un point",
    "this is not YAML: {why}.": (
        "ce n’est pas du YAML : regardez les deux-points, les guillemets et les retraits de "
        "cette ligne."
    ),
    "{what} is empty: it needs at least a title.": (
        "{what} ne dit rien ici : il faut au moins un titre (`title`)."
    ),
    "{what} must be made of fields ({known}), each written `name: value`.": (
        "{what} s’écrit en champs ({known}), chacun sous la forme `nom: valeur`."
    ),
    "`{key}` must be text, not a list or fields.": (
        "`{key}` doit être un texte, et non une liste ou des champs."
    ),
    "this line holds a character that no text has (a control character): remove it.": (
        "cette ligne contient un caractère qu’aucun texte n’a (de contrôle) : enlevez-le."
    ),
    "an escaped character does not exist: write the character itself.": (
        "un caractère échappé n’existe pas : écrivez le caractère lui-même."
    ),
    "{what} has no field `{name}`: its fields are {known}.": (
        "{what} n’a pas de champ `{name}` : ses champs sont {known}."
    ),
    "{what} has `{name}` twice: keep one of the two.": (
        "{what} a deux fois `{name}` : gardez l’un des deux."
    ),
    '`{key}` must be text: write {text} in quotes, as "{text}".': (
        '`{key}` doit être un texte : mettez {text} entre guillemets, comme "{text}".'
    ),
    "{what} needs a {key}: add `{key}: …`.": (
        "{what} a besoin du champ `{key}` : ajoutez `{key}: …`."
    ),
    "`{key}` holds half a character (a lone surrogate): remove it.": (
        "`{key}` contient la moitié d’un caractère : enlevez-la."
    ),
    "`{key}` must be a list: one entry a line, each beginning with “- ”.": (
        "`{key}` doit être une liste : une entrée par ligne, qui commence par `- `."
    ),
    "`{key}` has {count} entries; at most {most} are taken.": (
        "`{key}` a {count} entrées : {most} au plus sont prises."
    ),
    "`{key}` must be one line without control characters.": (
        "`{key}` doit tenir sur une ligne, sans caractère de contrôle."
    ),
    "anchors (&) and aliases (*) are not taken: write the value out.": (
        "les ancres (&) et les alias (*) ne sont pas pris : écrivez la valeur."
    ),
    "this is nested too deeply for a programme.": "c’est trop emboîté pour un programme.",
    "`{text}` is not taken here: put it in quotes.": (
        "`{text}` n’est pas pris ici : mettez-le entre guillemets."
    ),
    "tags (!) are not taken: remove {tag}.": (
        "les étiquettes (!) ne sont pas prises : enlevez {tag}."
    ),
    "`{key}` has {count} characters; at most {most} are taken.": (
        "`{key}` a {count} caractères : {most} au plus sont pris."
    ),
    "column {name}": "colonne « {name} »",
    "line {line}": "ligne {line}",
    "{where}: {what}": "{where} : {what}",
    "“{text}”": "« {text} »",
}
