import type { EditorWords } from "../editor/words";

/** Everything the pages say. Both dictionaries are held to it by the compiler. */
export interface Words {
  editor: EditorWords;
  panes: {
    notes: string;
    conclusions: string;
    choose: string;
    /** What belongs into the conclusions, and how much. */
    hint: string;
    count(words: number): string;
    /** So many words are more than can be read aloud in a minute. */
    long(words: number): string;
  };
  exporting: {
    waiting: string;
    reading(done: number, of: number): string;
    writing: string;
    done(name: string): string;
    failed(why: string): string;
    cancelled: string;
    cancel: string;
    close: string;
    noAnswer: string;
  };
  /** These people are writing just now. */
  typing(names: readonly string[]): string;
  view: {
    menu: string;
    carets: string;
    authors: string;
    writing: string;
    announcing: string;
    past: string;
  };
  /** What others do, as it is said to a screen reader. `names` is a list made for reading. */
  announcing: {
    language: string;
    came(names: string, count: number): string;
    left(names: string, count: number): string;
    wrote(names: string, count: number, pane: "notes" | "conclusions", lines: number): string;
    /** So many more people than were named. */
    more(count: number): string;
    locking(by: string): string;
    locked(by: string): string;
    unlocked: string;
  };
  find: {
    open: string;
    count(at: number, all: number): string;
    none: string;
    next: string;
    previous: string;
    close: string;
  };
  outline: { title: string; empty: string; words(count: number): string; close: string };
  follow: { follow: string; following(name: string): string; stop: string };
  authors: { title: string; here(name: string): string };
  placeholder: { notes: string; conclusions: string };
  state: {
    connecting: string;
    saved: string;
    unsaved(count: number): string;
    offline: string;
    offlineUnsaved(count: number): string;
    held: string;
    /** In the title of a page that one has left. */
    left(count: number): string;
  };
  banner: {
    locked(by: string, moment: string): string;
    /** Not yet, but at that moment. */
    planned(by: string, moment: string): string;
    /** The same in the last two minutes. */
    soon(by: string, moment: string): string;
    /** What stands between that and the period. */
    because(reason: string): string;
    held: string;
    lockedButYou: string;
    locking(by: string): string;
    seconds(count: number): string;
    minutes(count: number): string;
    reader: string;
    /** Somebody took writing from this person, in the whole day. */
    muted(by: string, moment: string): string;
    /** Kept aside because of that: what they wrote meanwhile. */
    mutedHeld: string;
    /** Who says something to everybody here, and when. */
    announcement(by: string, moment: string): string;
    denied: string;
    deniedHelp: string;
    refused(message: string): string;
    blocked: string;
  };
  /** A moment as it stands in a sentence: of today, or of another day. */
  moment: { today(time: string): string; other(date: string, time: string): string };
  people: { here(count: number): string; you: string; list: string };
  lock: {
    lock: string;
    unlock: string;
    locked: string;
    titleNote: string;
    titleSection: string;
    titleDay: string;
    explain: string;
    why: string;
    whyHint: string;
    /** Name of the time at which a lock is to fall, which may be left out. */
    when: string;
    confirm: string;
    cancel: string;
    titleUnlock: string;
    explainUnlock: string;
    failed(message: string): string;
  };
  late: {
    /** So many texts came too late. */
    waiting(count: number): string;
    review: string;
    title: string;
    explain: string;
    mergeNeedsUnlock: string;
    noText: string;
    merge: string;
    keep: string;
    discard: string;
    close: string;
    discarded(by: string): string;
    keptApart(by: string): string;
    copy: string;
    copied: string;
    dismiss: string;
    /** Name of what one wrote too late oneself. */
    mine: string;
    /** A text that one leaves for the moderators of a locked note. */
    leave: {
      open: string;
      offer: string;
      title: string;
      explain: string;
      text: string;
      send: string;
    };
  };
  /** The keys of a keyboard, by their names in `aria-keyshortcuts`. */
  keys: Record<string, string>;
  help: {
    open: string;
    title: string;
    keys: string;
    typing: string;
    tick: string;
    lineBreak: string;
    nextCell: string;
    leave: string;
    close: string;
  };
  heading: { room(room: string): string; removed: string };
  exportNote: string;
  bringing: {
    choose: string;
    coming: string;
    done(lines: number): string;
    partly(lines: number, of: number): string;
    /** By the code of the API's error. */
    refused: Record<"bad_input" | "too_large" | "too_many" | "note_locked" | "not_allowed", string>;
  };
  failed: string;
  toolbar: {
    name: string;
    style: string;
    paragraph: string;
    heading(level: number): string;
    code: string;
    /** Whole lines of it, where `code` is a word or two. */
    codeLines: string;
    bullet: string;
    ordered: string;
    task: string;
    quote: string;
    bold: string;
    italic: string;
    strike: string;
    link: string;
    footnote: string;
    table: string;
    rule: string;
    rowAbove: string;
    rowBelow: string;
    columnBefore: string;
    columnAfter: string;
    removeRow: string;
    removeColumn: string;
    removeTable: string;
    indent: string;
    outdent: string;
    undo: string;
    redo: string;
    leaveHint: string;
  };
  /** A note on a wall, and all notes on one. */
  screen: {
    controls: string;
    smaller: string;
    larger: string;
    shown: string;
    both: string;
    qr: string;
    theme: string;
    fullscreen: string;
    keys: string;
    connecting: string;
    offline: string;
    denied: string;
    locked: string;
    on: string;
    room(room: string): string;
    nothing: string;
    unreadable: string;
    conclusion: string;
    page(at: number, all: number): string;
    next: string;
    previous: string;
    stop: string;
    go: string;
    stale: string;
  };
}
