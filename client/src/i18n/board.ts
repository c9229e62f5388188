// What the moderators' board says. Apart from the other words, which every note's page loads.

export interface BoardWords {
  overview(notes: number, people: number, attention: number): string;
  stale: string;
  show: string;
  filters: { all: string; attention: string; open: string; locked: string };
  order: string;
  byProgramme: string;
  byActivity: string;
  nothing: string;
  columns: {
    when: string;
    note: string;
    people: string;
    activity: string;
    words: string;
    state: string;
    act: string;
  };
  people(count: number): string;
  nobody: string;
  edits(count: number): string;
  noEdits: string;
  counting: string;
  notes(count: number): string;
  conclusions(count: number): string;
  noConclusions: string;
  open: string;
  locked(by: string, moment: string): string;
  planned(by: string, moment: string): string;
  because(reason: string): string;
  held(count: number): string;
  attention: { held: string; empty: string; no_conclusions: string; nobody: string };
  act: string;
  actOn(title: string): string;
  lock: string;
  unlock: string;
  lockSection: string;
  unlockSection: string;
  lockDay: string;
  unlockDay: string;
  cancelPlan: string;
  tell: string;
  tellAll: string;
  recent: string;
  past: string;
  who: string;
  conclusion: string;
  announce: {
    toNote(title: string): string;
    toDay: string;
    explain: string;
    text: string;
    send: string;
    sent: string;
  };
  persons: {
    title: string;
    none: string;
    explain: string;
    in(titles: string): string;
    away: string;
    muted(by: string, moment: string): string;
    mute: string;
    unmute: string;
    remove: string;
    removeSure(name: string): string;
    keep: string;
  };
  takeBack: {
    title: string;
    explain: string;
    minutes: string;
    lastMinutes(count: number): string;
    none: string;
    edits(count: number): string;
    look: string;
    previewOf(name: string): string;
    removes: string;
    restores: string;
    noText: string;
    alsoMute(name: string): string;
    confirm: string;
    back: string;
    done(name: string): string;
    takenBack(name: string, by: string, moment: string): string;
    givenBack(name: string, by: string, moment: string): string;
    undo: string;
    again: string;
  };
  cancel: string;
  close: string;
  failed(message: string): string;
  noAnswer: string;
}

const french = new Intl.PluralRules("fr");
const one = (count: number) => french.select(count) === "one";
const some = (count: number, singular: string, plural: string) =>
  `${count} ${one(count) ? singular : plural}`;

const FRENCH: BoardWords = {
  overview: (notes, people, attention) =>
    `${some(notes, "note", "notes")} · ${some(people, "personne", "personnes")} · ${
      attention === 0 ? "rien à signaler" : `${attention} à regarder`
    }`,
  stale: "Le serveur ne répond pas : ce tableau n’est plus à jour.",
  show: "Notes affichées",
  filters: { all: "Toutes", attention: "À regarder", open: "Ouvertes", locked: "Verrouillées" },
  order: "Ordre",
  byProgramme: "Par programme",
  byActivity: "Par activité",
  nothing: "Aucune note ne correspond.",
  columns: {
    when: "Horaire",
    note: "Note",
    people: "Présents",
    activity: "Cinq dernières minutes",
    words: "Texte",
    state: "État",
    act: "Agir",
  },
  people: (count) => some(count, "personne", "personnes"),
  nobody: "Personne",
  edits: (count) => some(count, "modification", "modifications"),
  noEdits: "Calme",
  counting: "Comptage…",
  notes: (count) => some(count, "mot", "mots"),
  conclusions: (count) => `Conclusions : ${some(count, "mot", "mots")}`,
  noConclusions: "Conclusions vides",
  open: "Ouverte",
  locked: (by, moment) => `Verrouillée par ${by} ${moment}`,
  planned: (by, moment) => `Se ferme ${moment}, selon ${by}`,
  because: (reason) => ` : « ${reason} »`,
  held: (count) =>
    one(count) ? `${count} texte attend une décision` : `${count} textes attendent une décision`,
  attention: {
    held: "Du texte attend une décision",
    empty: "Commencé il y a cinq minutes et toujours vide",
    no_conclusions: "Conclusions vides, alors que le débat se termine",
    nobody: "Personne dans la salle",
  },
  act: "Agir",
  actOn: (title) => `Agir sur ${title}`,
  lock: "Verrouiller…",
  unlock: "Déverrouiller…",
  lockSection: "Verrouiller cette partie…",
  unlockSection: "Déverrouiller cette partie…",
  lockDay: "Verrouiller la journée…",
  unlockDay: "Déverrouiller la journée…",
  cancelPlan: "Ne plus fermer à cette heure",
  tell: "Envoyer un message…",
  tellAll: "Message à tous…",
  recent: "Modifications récentes…",
  past: "Revenir en arrière…",
  who: "Personnes…",
  conclusion: "Conclusion de la journée",
  announce: {
    toNote: (title) => `Message pour « ${title} »`,
    toDay: "Message pour toutes les notes",
    explain: "Il s’affiche en haut de la note, sans en faire partie, avec votre nom et l’heure.",
    text: "Message",
    send: "Envoyer",
    sent: "Le message est envoyé.",
  },
  persons: {
    title: "Personnes présentes",
    none: "Personne n’a de note ouverte.",
    explain: "Qui n’a plus l’écriture lit tout, dans toute la journée, et en voit la raison.",
    in: (titles) => `Dans ${titles}`,
    away: "Pas dans une note en ce moment",
    muted: (by, moment) => `Sans écriture, par ${by} ${moment}`,
    mute: "Retirer l’écriture",
    unmute: "Rendre l’écriture",
    remove: "Retirer de la journée…",
    removeSure: (name) => `Retirer ${name} pour de bon`,
    keep: "Non",
  },
  takeBack: {
    title: "Modifications récentes",
    explain:
      "Tout ce qu’une personne a écrit et effacé pendant ce temps peut être repris d’un coup. Le texte des autres reste.",
    minutes: "Depuis",
    lastMinutes: (count) => `${count} minutes`,
    none: "Personne n’a rien modifié.",
    edits: (count) => some(count, "modification", "modifications"),
    look: "Voir et reprendre",
    previewOf: (name) => `Reprendre ce qu’a fait ${name}`,
    removes: "Ce qui s’en va",
    restores: "Ce qui revient",
    noText: "(aucun texte)",
    alsoMute: (name) => `Retirer aussi l’écriture à ${name}`,
    confirm: "Reprendre",
    back: "Retour",
    done: (name) => `C’est fait pour ${name}.`,
    takenBack: (name, by, moment) => `${name} : repris par ${by} ${moment}`,
    givenBack: (name, by, moment) => `${name} : rétabli par ${by} ${moment}`,
    undo: "Rétablir",
    again: "Reprendre de nouveau",
  },
  cancel: "Annuler",
  close: "Fermer",
  failed: (message) => `Cela n’a pas marché : ${message}`,
  noAnswer: "le serveur ne répond pas. Réessayez.",
};

const many = (count: number, singular: string, plural = `${singular}s`) =>
  `${count} ${count === 1 ? singular : plural}`;

const ENGLISH: BoardWords = {
  overview: (notes, people, attention) =>
    `${many(notes, "note")} · ${many(people, "person", "people")} · ${
      attention === 0 ? "nothing to report" : `${attention} to look at`
    }`,
  stale: "The server does not answer: this board is out of date.",
  show: "Notes shown",
  filters: { all: "All", attention: "To look at", open: "Open", locked: "Locked" },
  order: "Order",
  byProgramme: "By programme",
  byActivity: "By activity",
  nothing: "No note is like that.",
  columns: {
    when: "Time",
    note: "Note",
    people: "Here",
    activity: "Last five minutes",
    words: "Text",
    state: "State",
    act: "Act",
  },
  people: (count) => many(count, "person", "people"),
  nobody: "Nobody",
  edits: (count) => many(count, "edit"),
  noEdits: "Quiet",
  counting: "Counting…",
  notes: (count) => many(count, "word"),
  conclusions: (count) => `Conclusions: ${many(count, "word")}`,
  noConclusions: "No conclusions",
  open: "Open",
  locked: (by, moment) => `Locked by ${by} ${moment}`,
  planned: (by, moment) => `Closes ${moment}, says ${by}`,
  because: (reason) => `: “${reason}”`,
  held: (count) => `${many(count, "text waits", "texts wait")} for a decision`,
  attention: {
    held: "Text waits for a decision",
    empty: "Began five minutes ago and is still empty",
    no_conclusions: "No conclusions, and the debate is ending",
    nobody: "Nobody in the room",
  },
  act: "Act",
  actOn: (title) => `Act on ${title}`,
  lock: "Lock…",
  unlock: "Unlock…",
  lockSection: "Lock this part…",
  unlockSection: "Unlock this part…",
  lockDay: "Lock the day…",
  unlockDay: "Unlock the day…",
  cancelPlan: "Do not close at that time",
  tell: "Send a message…",
  tellAll: "Message to all…",
  recent: "Recent edits…",
  past: "Look back…",
  who: "People…",
  conclusion: "Conclusion of the day",
  announce: {
    toNote: (title) => `Message for “${title}”`,
    toDay: "Message for all notes",
    explain:
      "It is shown at the top of the note, is no part of it, and says your name and the time.",
    text: "Message",
    send: "Send",
    sent: "The message is sent.",
  },
  persons: {
    title: "People here",
    none: "Nobody has a note open.",
    explain: "Who may not write reads everything, in the whole day, and is told why.",
    in: (titles) => `In ${titles}`,
    away: "Not in a note at the moment",
    muted: (by, moment) => `May not write, says ${by} ${moment}`,
    mute: "Take writing away",
    unmute: "Give writing back",
    remove: "Remove from the day…",
    removeSure: (name) => `Remove ${name} for good`,
    keep: "No",
  },
  takeBack: {
    title: "Recent edits",
    explain:
      "All that one person wrote and deleted in that time can be taken back at once. The text of the others stays.",
    minutes: "Since",
    lastMinutes: (count) => `${count} minutes`,
    none: "Nobody has edited anything.",
    edits: (count) => many(count, "edit"),
    look: "Look and take back",
    previewOf: (name) => `Take back what ${name} did`,
    removes: "What goes",
    restores: "What comes again",
    noText: "(no text)",
    alsoMute: (name) => `Take writing from ${name} as well`,
    confirm: "Take back",
    back: "Back",
    done: (name) => `Done for ${name}.`,
    takenBack: (name, by, moment) => `${name}: taken back by ${by} ${moment}`,
    givenBack: (name, by, moment) => `${name}: given back by ${by} ${moment}`,
    undo: "Give back",
    again: "Take back again",
  },
  cancel: "Cancel",
  close: "Close",
  failed: (message) => `That did not work: ${message}`,
  noAnswer: "the server does not answer. Try again.",
};

export function boardWordsOf(language: string): BoardWords {
  return language === "en" ? ENGLISH : FRENCH;
}
