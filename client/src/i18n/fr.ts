import type { Words } from "./words";

const plural = new Intl.PluralRules("fr");
const one = (count: number) => plural.select(count) === "one";

export const french: Words = {
  editor: {
    taskDone: "Fait",
    footnote: "Note de bas de page",
    footnoteText: "Texte de la note",
    link: "Lien",
    linkAddress: "Adresse",
    linkRefused: "Une adresse commence par https://, http:// ou mailto:",
    unknown: "Contenu qu’une version plus récente sait afficher",
    save: "Enregistrer",
    remove: "Supprimer",
    cancel: "Annuler",
  },
  panes: {
    notes: "Notes",
    conclusions: "Conclusions",
    choose: "Volet affiché",
    hint: "À rapporter en plénière : deux ou trois phrases.",
    count: (words) => (one(words) ? `${words} mot` : `${words} mots`),
    long: (words) => `${words} mots : plus d’une minute à voix haute`,
  },
  typing: (names) => {
    const [first = "", second] = names;
    if (second === undefined) return `${first} écrit…`;
    if (names.length === 2) return `${first} et ${second} écrivent…`;
    return `${names.length} personnes écrivent…`;
  },
  view: {
    menu: "Affichage",
    carets: "Curseurs des autres",
    authors: "Qui a écrit quoi",
    writing: "Écrire en plein écran",
    announcing: "Dire ce que font les autres",
  },
  announcing: {
    language: "fr",
    came: (names, count) => `${names} ${one(count) ? "vient" : "viennent"} d’arriver.`,
    left: (names, count) => `${names} ${one(count) ? "vient" : "viennent"} de partir.`,
    wrote: (names, count, pane, lines) => {
      const where = pane === "notes" ? "dans les notes" : "dans les conclusions";
      const added = one(lines) ? "1 ligne ajoutée" : `${lines} lignes ajoutées`;
      const who = `${names} ${one(count) ? "écrit" : "écrivent"} ${where}`;
      return lines === 0 ? `${who}.` : `${who}, ${added}.`;
    },
    more: (count) => (one(count) ? "1 autre" : `${count} autres`),
    locking: (by) => `${by} verrouille la note.`,
    locked: (by) => `La note est verrouillée par ${by}.`,
    unlocked: "La note est de nouveau ouverte.",
  },
  find: {
    open: "Chercher dans la note",
    count: (at, all) => `${at} sur ${all}`,
    none: "Rien",
    next: "Suivant",
    previous: "Précédent",
    close: "Fermer la recherche",
  },
  outline: {
    title: "Plan",
    empty: "Les titres de la note apparaîtront ici.",
    words: (count) => (one(count) ? `${count} mot` : `${count} mots`),
    close: "Fermer le plan",
  },
  follow: {
    follow: "Suivre",
    following: (name) => `Vous suivez ${name}`,
    stop: "Ne plus suivre (Échap)",
  },
  authors: { title: "Qui a écrit quoi", here: (name) => `Au curseur : ${name}` },
  placeholder: {
    notes: "Écrivez ici, tous ensemble.",
    conclusions: "Ce que l’on rapportera en plénière : deux ou trois phrases.",
  },
  state: {
    connecting: "Connexion…",
    saved: "Enregistré",
    // Short: it comes and goes with the keys, and must not move the line that is being written.
    unsaved: (count) => `${count} en attente`,
    offline: "Hors ligne. Vous pouvez continuer à écrire.",
    offlineUnsaved: (count) =>
      one(count)
        ? `Hors ligne : ${count} modification gardée sur cet appareil`
        : `Hors ligne : ${count} modifications gardées sur cet appareil`,
    held: "Gardé de côté",
    left: (count) => `${count} en attente`,
  },
  banner: {
    locked: (by, moment) => `Note verrouillée par ${by} ${moment}`,
    planned: (by, moment) => `La note se ferme ${moment}, selon ${by}`,
    because: (reason) => ` : « ${reason} »`,
    held: "Ce que vous avez écrit trop tard n’est pas dans la note : c’est gardé de côté, à votre nom.",
    lockedButYou: "Vous pouvez encore y écrire.",
    locking: (by) => `${by} verrouille la note dans un instant : terminez votre phrase.`,
    seconds: (count) => `${count} s`,
    minutes: (count) => `dans ${count} min`,
    reader: "Vous lisez cette note : votre lien ne permet pas d’y écrire.",
    muted: (by, moment) =>
      `${by} vous a retiré l’écriture ${moment}, pour toute la journée : vous pouvez lire.`,
    mutedHeld: "Ce que vous avez écrit depuis est gardé de côté, à votre nom.",
    announcement: (by, moment) => `Message de ${by} ${moment}`,
    denied: "Cette note ne s’ouvre pas pour vous.",
    deniedHelp: "Rouvrez le lien que l’organisation vous a donné.",
    refused: (message) => `Une modification n’a pas été acceptée : ${message}`,
    blocked:
      "Ce réseau semble bloquer la connexion. Vous pouvez écrire : tout est gardé sur cet appareil et partira dès qu’elle revient.",
  },
  moment: {
    today: (time) => `à ${time}`,
    other: (date, time) => `le ${date} à ${time}`,
  },
  people: {
    here: (count) => (one(count) ? `${count} personne ici` : `${count} personnes ici`),
    you: "vous",
    list: "Personnes dans la note",
  },
  lock: {
    lock: "Verrouiller",
    unlock: "Déverrouiller",
    locked: "Verrouillée",
    titleNote: "Verrouiller la note ?",
    titleSection: "Verrouiller cette partie ?",
    titleDay: "Verrouiller toute la journée ?",
    explain:
      "Les personnes présentes sont prévenues. Ce qu’elles écrivent ensuite est gardé de côté, sans être perdu.",
    why: "Motif (facultatif)",
    whyHint: "Par exemple : le débat est terminé.",
    when: "À quelle heure (sinon, maintenant)",
    confirm: "Verrouiller",
    cancel: "Annuler",
    titleUnlock: "Déverrouiller ?",
    explainUnlock:
      "Chacun pourra de nouveau écrire. Ce que les personnes présentes ont écrit trop tard rejoindra la note.",
    failed: (message) => `Cela n’a pas marché : ${message}`,
  },
  late: {
    waiting: (count) =>
      one(count)
        ? `${count} texte est arrivé trop tard.`
        : `${count} textes sont arrivés trop tard.`,
    review: "Décider",
    title: "Textes arrivés trop tard",
    explain: "Écrits quand la note était verrouillée, ils n’en font pas partie.",
    mergeNeedsUnlock: "Pour en intégrer un, déverrouillez d’abord la note.",
    noText: "(aucun texte : une mise en forme ou une suppression)",
    merge: "Intégrer à la note",
    keep: "Garder comme contribution tardive",
    discard: "Écarter",
    close: "Fermer",
    discarded: (by) => `${by} n’a pas retenu ce que vous aviez écrit trop tard. Le voici :`,
    keptApart: (by) =>
      `${by} a gardé à part, à votre nom, ce que vous aviez écrit trop tard. Le voici :`,
    copy: "Copier",
    copied: "Copié",
    dismiss: "J’ai vu",
    mine: "Ce que vous avez écrit trop tard",
    leave: {
      offer: "Proposer une contribution tardive…",
      title: "Proposer une contribution tardive",
      explain:
        "La note est verrouillée. Votre texte est gardé de côté, à votre nom ; la modération décide s’il rejoint la note.",
      text: "Votre contribution",
      send: "Envoyer",
      open: "La note est de nouveau ouverte : vous pouvez y écrire directement.",
    },
  },
  keys: {
    Control: "Ctrl",
    Shift: "Maj",
    Escape: "Échap",
    Enter: "Entrée",
    Backspace: "Retour arrière",
    Delete: "Suppr",
    ArrowUp: "↑",
    ArrowDown: "↓",
    ArrowLeft: "←",
    ArrowRight: "→",
  },
  help: {
    open: "Raccourcis clavier",
    title: "Raccourcis clavier",
    keys: "Au clavier",
    typing: "En écrivant",
    tick: "Cocher la tâche",
    lineBreak: "Aller à la ligne dans le paragraphe",
    nextCell: "Cellule suivante du tableau",
    leave: "Sortir du texte",
    close: "Fermer",
  },
  heading: {
    room: (room) => (/^\p{L}/u.test(room) ? room : `Salle ${room}`),
    removed: "Retiré du programme",
  },
  exportNote: "Exporter",
  bringing: {
    choose: "Importer un texte…",
    coming: "Le texte arrive.",
    done: (lines) => (one(lines) ? "Une ligne est arrivée." : `${lines} lignes sont arrivées.`),
    partly: (lines, of) =>
      `Les ${lines} premières lignes sur ${of} sont dans la note, les autres non.`,
    refused: {
      bad_input:
        "Ce fichier ne peut pas être lu ici : choisissez du Markdown, du texte, du HTML, un pad (.etherpad), un .docx ou un .odt.",
      too_large: "Ce fichier est trop grand : importez-le en plusieurs parties.",
      too_many: "D’autres textes arrivent en ce moment : réessayez dans un instant.",
      note_locked: "La note est verrouillée : rien ne peut y être importé.",
      not_allowed: "Vous ne pouvez pas écrire dans cette note pour le moment.",
    },
  },
  failed: "le serveur ne répond pas. Rien n’est perdu ; réessayez.",
  toolbar: {
    name: "Mise en forme",
    style: "Style de la ligne",
    paragraph: "Texte",
    heading: (level) => `Titre ${level}`,
    code: "Code",
    codeLines: "Lignes de code",
    bullet: "Liste à puces",
    ordered: "Liste numérotée",
    task: "Tâche",
    quote: "Citation",
    bold: "Gras",
    italic: "Italique",
    strike: "Barré",
    link: "Lien",
    footnote: "Note de bas de page",
    table: "Tableau",
    rule: "Ligne de séparation",
    rowAbove: "Ajouter une ligne dessus",
    rowBelow: "Ajouter une ligne dessous",
    columnBefore: "Ajouter une colonne avant",
    columnAfter: "Ajouter une colonne après",
    removeRow: "Supprimer la ligne",
    removeColumn: "Supprimer la colonne",
    removeTable: "Supprimer le tableau",
    indent: "Décaler à droite",
    outdent: "Décaler à gauche",
    undo: "Annuler ce que j’ai fait",
    redo: "Refaire",
    leaveHint: "Échap puis Tab pour sortir du texte.",
  },
  screen: {
    controls: "Affichage",
    smaller: "A− texte plus petit",
    larger: "A+ texte plus grand",
    shown: "Ce qui est montré",
    both: "Les deux",
    qr: "Code QR",
    theme: "Clair ou sombre",
    fullscreen: "Plein écran (F)",
    keys: "Raccourcis clavier",
    connecting: "Connexion…",
    offline: "Hors ligne : le texte reprendra de lui-même.",
    denied: "Cet écran n’a plus accès à la note.",
    locked: "Verrouillée",
    on: "En ce moment",
    room: (room) => (/^\p{L}/u.test(room) ? room : `Salle ${room}`),
    nothing: "Pas encore de notes.",
    unreadable: "Ce texte ne peut pas être lu pour l’instant.",
    conclusion: "Conclusion de la journée",
    page: (at, all) => `Page ${at} sur ${all}`,
    next: "Page suivante",
    previous: "Page précédente",
    stop: "Arrêter le défilement",
    go: "Faire défiler les pages",
    stale: "Ce mur n’est plus à jour : le serveur ne répond pas.",
  },
};
