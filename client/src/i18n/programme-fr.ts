import type { Counts, ProgrammeWords } from "./programme";

const plural = new Intl.PluralRules("fr");
const some = (count: number, singular: string, several: string) =>
  count === 0 ? [] : [`${count} ${plural.select(count) === "one" ? singular : several}`];

const counted = (counts: Counts) =>
  [
    ...some(counts.added, "point ajouté", "points ajoutés"),
    ...some(counts.changed, "point modifié", "points modifiés"),
    ...some(counts.moved, "point déplacé", "points déplacés"),
    ...some(counts.restored, "point remis", "points remis"),
    ...some(counts.removed, "point retiré", "points retirés"),
    ...some(
      counts.sections,
      "partie ajoutée, modifiée ou déplacée",
      "parties ajoutées, modifiées ou déplacées",
    ),
    ...some(counts.identified, "identifiant retenu", "identifiants retenus"),
  ].join(", ");

export const frenchProgramme: ProgrammeWords = {
  edit: "Modifier le programme",
  finish: "Terminer",
  hint: "Chacun voit aussitôt ce qui change. L’adresse d’une note ne change jamais.",
  theDay: "Titre, date et lieu de la journée",
  change: "Modifier",
  save: "Enregistrer",
  close: "Fermer",
  cancel: "Annuler",
  remove: "Retirer",
  restore: "Remettre",
  move: "Déplacer",
  up: "Monter",
  down: "Descendre",
  drop: "Poser ici",
  moveHint: "Flèches pour déplacer, Entrée pour poser, Échap pour annuler.",
  addItem: "Ajouter un point",
  addSection: "Ajouter une partie",
  add: "Ajouter",
  newItem: "Titre du point",
  newSection: "Titre de la partie",
  named: (act, title) => `${act} : ${title}`,
  noItems: "Rien n’est prévu dans cette partie.",
  room: (room) => (/^\p{L}/u.test(room) ? room : `Salle ${room}`),
  fields: {
    title: "Titre",
    subtitle: "Sous-titre",
    date: "Date",
    place: "Lieu",
    organiser: "Qui organise",
    room: "Salle",
    start: "Début",
    end: "Fin",
    timeHint: "Par exemple 14h30 ou 1430.",
    people: "Personnes annoncées",
    personName: (number) => `Personne ${number} : nom`,
    personOrganisation: (number) => `Personne ${number} : organisation`,
    name: "Nom",
    organisation: "Organisation",
    questions: "Questions pour guider les échanges",
    questionsHint: "Une par ligne.",
    kind: "Sorte",
  },
  kinds: {
    opening: "Ouverture",
    talk: "Conférences",
    vote: "Vote",
    meeting: "Rencontres",
    debate: "Débats",
    workshop: "Ateliers",
    conclusion: "Conclusion",
  },
  wrong: {
    title: "Il faut un titre, d’une ligne et de 500 caractères au plus.",
    subtitle: "Le sous-titre tient sur une ligne, de 500 caractères au plus.",
    date: "Écrivez une date qui existe.",
    place: "Le lieu tient sur une ligne, de 500 caractères au plus.",
    organiser: "Ce champ tient sur une ligne, de 500 caractères au plus.",
    room: "La salle tient sur une ligne, de 500 caractères au plus.",
    start: "Écrivez une heure comme 14h30 ; le début vient avant la fin.",
    end: "Écrivez une heure comme 14h30 ; la fin vient après le début.",
    people: "Cent personnes au plus, chacune sur une ligne de 500 caractères au plus.",
    questions: "Cinquante questions au plus, chacune de 500 caractères au plus.",
  },
  swap: { label: "Échanger de salle avec", none: "Choisir un point…", do: "Échanger" },
  conflict: {
    now: (by, value) => `${by} a changé cela entre-temps : « ${value} ».`,
    somebody: "Quelqu’un",
    nothing: "rien",
    keep: "Garder le mien",
    take: "Prendre l’autre",
  },
  removed: {
    title: "Retiré du programme",
    hint: "Ces notes gardent leur adresse. Celles qui ont du texte sont à la fin des exports.",
    blank: "rien n’y est écrit",
    mine: "Quelqu’un a retiré ce point pendant que vous le modifiiez : remettez-le pour enregistrer.",
  },
  removing: {
    title: (item) => `Retirer « ${item} » du programme ?`,
    explain:
      "Sa note contient du texte. Rien n’est perdu : la note garde son adresse, et les exports la montrent à la fin, comme retirée.",
    do: "Retirer et garder le texte",
    sectionHasItems: "Cette partie a encore des points : déplacez-les ou retirez-les d’abord.",
  },
  done: {
    saved: (title) => `« ${title} » est enregistré.`,
    added: (title) => `« ${title} » est ajouté.`,
    moved: (title) => `« ${title} » est déplacé.`,
    removed: (title) => `« ${title} » est retiré.`,
    restored: (title) => `« ${title} » est remis.`,
    swapped: (one, other) => `« ${one} » et « ${other} » ont échangé leurs salles.`,
    undo: "Annuler le dernier changement",
    redo: "Rétablir",
    undone: (said) => `Annulé : ${said}`,
    redone: (said) => `Rétabli : ${said}`,
    notUndone:
      "Quelqu’un d’autre y a touché depuis : ce changement ne peut plus être annulé d’un coup.",
  },
  announce: {
    lifted: (title) => `« ${title} » est pris. Flèches pour déplacer, Entrée pour poser.`,
    at: (title, place, of, section) => `« ${title} » : ${place} sur ${of}, dans ${section}.`,
    sectionAt: (title, place, of) => `« ${title} » : partie ${place} sur ${of}.`,
    edge: "On ne va pas plus loin.",
    cancelled: (title) => `« ${title} » reste à sa place.`,
  },
  importing: {
    open: "Importer un programme…",
    title: "Importer un programme",
    explain:
      "Le fichier est d’abord comparé avec le programme : rien ne change avant que vous l’ayez dit. Les notes gardent leur texte et leur adresse.",
    file: "Fichier, à choisir ou à déposer ici",
    accepted: (mebibytes) =>
      `pretalx ou frab (schedule.json, schedule.xml), calendrier (.ics), tableau (.csv, .ods), YAML (.yml) ou export de Calepin (.json), de ${mebibytes} Mo au plus.`,
    choose: "Choisissez d’abord un fichier.",
    compare: "Comparer",
    comparing: "Comparaison en cours…",
    apply: "Apporter ces changements",
    applying: "Changements en cours…",
    would: (counts) => `Ce qui changerait : ${counted(counts)}.`,
    did: (counts) => `Le programme est importé : ${counted(counts)}.`,
    nothing: "Rien ne changerait : le programme dit déjà ce que dit ce fichier.",
    same: (count) =>
      plural.select(count) === "one"
        ? `${count} point reste comme il est.`
        : `${count} points restent comme ils sont.`,
    again:
      "Quelqu’un a changé le programme entre-temps, et rien n’est encore apporté : voici ce qui changerait maintenant.",
    unreadable: (where) =>
      where === ""
        ? "Ce fichier ne peut pas être lu."
        : `Ce fichier ne peut pas être lu : ${where}.`,
    where: (line, field) =>
      [
        line === undefined ? "" : `ligne ${line}`,
        field === undefined ? "" : field.replace(/^column (.*)$/s, "colonne « $1 »"),
      ]
        .filter(Boolean)
        .join(", "),
    tooLarge: (mebibytes) =>
      `Ce fichier est trop grand : ${mebibytes} Mo au plus. Enlevez-en les autres jours, ou les résumés.`,
    noAnswer: "Le serveur ne répond pas. Le fichier est encore là ; réessayez.",
    date: {
      label: "Date à prendre",
      several: "Ce fichier a plusieurs dates, et Calepin connaît un seul jour : choisissez-en une.",
      other:
        "Rien dans ce fichier n’est à la date de cette journée : choisissez celle qu’il faut prendre.",
      of: (date) =>
        new Intl.DateTimeFormat("fr-FR", { dateStyle: "full", timeZone: "UTC" })
          .format(new Date(`${date}T00:00Z`))
          .replace(" 1 ", " 1ᵉʳ "),
    },
    lists: {
      sectionsAdded: "Nouvelles parties",
      sectionsChanged: "Parties modifiées",
      sectionsMoved: "Parties déplacées",
      added: "Nouveaux points",
      changed: "Points modifiés",
      moved: "Points déplacés",
      restored: "Points remis",
      missing: "Points qui ne sont pas dans le fichier",
      remarks: "Remarques sur le fichier",
    },
    source: "Identifiant dans le fichier",
    becomes: "devient",
    from: (from, to) => `de « ${from} » à « ${to} »`,
    within: (section) => `dans « ${section} »`,
    remove: "Retirer ceux dont la note est vide",
    stays: {
      text: "reste : sa note a du texte",
      blank: "reste : sa note est vide",
      removed: "sera retiré : sa note est vide",
    },
  },
  failed: (message) => `Cela n’a pas marché : ${message}`,
  noAnswer: "le serveur ne répond pas. Ce que vous avez écrit est encore là ; réessayez.",
  cloned: "La nouvelle journée est prête.",
  open: "L’ouvrir",
};
