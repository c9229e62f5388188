import type { Words } from "./words";

const plural = new Intl.PluralRules("en");
const one = (count: number) => plural.select(count) === "one";

export const english: Words = {
  editor: {
    taskDone: "Done",
    footnote: "Footnote",
    footnoteText: "Text of the footnote",
    link: "Link",
    linkAddress: "Address",
    linkRefused: "An address begins with https://, http:// or mailto:",
    unknown: "Content that a newer version can show",
    save: "Save",
    remove: "Remove",
    cancel: "Cancel",
  },
  panes: { notes: "Notes", conclusions: "Conclusions", choose: "Pane shown" },
  placeholder: {
    notes: "Write here, all together.",
    conclusions: "What will be reported in plenary: two or three sentences.",
  },
  state: {
    connecting: "Connecting…",
    saved: "Saved",
    // Short: it comes and goes with the keys, and must not move the line that is being written.
    unsaved: (count) => `${count} unsaved`,
    offline: "Offline. You can go on writing.",
    offlineUnsaved: (count) =>
      one(count)
        ? `Offline: ${count} change kept on this device`
        : `Offline: ${count} changes kept on this device`,
    held: "Kept aside",
    leave: "Some changes are not saved yet.",
  },
  banner: {
    locked: (by, moment) => `Note locked by ${by} ${moment}`,
    planned: (by, moment) => `The note closes ${moment}, says ${by}`,
    because: (reason) => `: “${reason}”`,
    held: "What you wrote too late is not in the note: it is kept aside, under your name.",
    lockedButYou: "You can still write in it.",
    locking: (by) => `${by} is about to lock the note: finish your sentence.`,
    seconds: (count) => `${count} s`,
    reader: "You are reading this note: your link does not let you write in it.",
    denied: "This note does not open for you.",
    deniedHelp: "Open the link that the organisers gave you again.",
    refused: (message) => `A change was not accepted: ${message}`,
    blocked:
      "This network seems to block the connection. You can write: everything is kept on this device and leaves as soon as it is back.",
  },
  moment: {
    today: (time) => `at ${time}`,
    other: (date, time) => `on ${date} at ${time}`,
  },
  people: {
    here: (count) => (one(count) ? `${count} person here` : `${count} people here`),
    you: "you",
    list: "People in the note",
  },
  lock: {
    lock: "Lock",
    unlock: "Unlock",
    locked: "Locked",
    titleNote: "Lock the note?",
    titleSection: "Lock this part?",
    titleDay: "Lock the whole day?",
    explain: "The people there are warned. What they write afterwards is kept aside and not lost.",
    why: "Reason (optional)",
    whyHint: "For example: the debate is over.",
    confirm: "Lock",
    cancel: "Cancel",
    titleUnlock: "Unlock?",
    explainUnlock:
      "Everybody will be able to write again. What those present wrote too late joins the note.",
    failed: (message) => `That did not work: ${message}`,
  },
  exportNote: "Export",
  failed: "the server does not answer. Nothing is lost; try again.",
  toolbar: {
    name: "Formatting",
    style: "Style of the line",
    paragraph: "Text",
    heading: (level) => `Heading ${level}`,
    code: "Code",
    bullet: "Bulleted list",
    ordered: "Numbered list",
    task: "Task",
    quote: "Quote",
    bold: "Bold",
    italic: "Italic",
    strike: "Strikethrough",
    link: "Link",
    footnote: "Footnote",
    table: "Table",
    indent: "Indent",
    outdent: "Outdent",
    undo: "Undo what I did",
    redo: "Redo",
    leaveHint: "Escape, then Tab, leaves the text.",
  },
};
