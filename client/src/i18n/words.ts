import type { EditorWords } from "../editor/words";

/** Everything the pages say. Both dictionaries are held to it by the compiler. */
export interface Words {
  editor: EditorWords;
  panes: { notes: string; conclusions: string; choose: string };
  placeholder: { notes: string; conclusions: string };
  state: {
    connecting: string;
    saved: string;
    unsaved(count: number): string;
    offline: string;
    offlineUnsaved(count: number): string;
    held: string;
    leave: string;
  };
  banner: {
    locked(by: string, moment: string): string;
    /** Not yet, but at that moment. */
    planned(by: string, moment: string): string;
    /** What stands between that and the period. */
    because(reason: string): string;
    held: string;
    lockedButYou: string;
    locking(by: string): string;
    seconds(count: number): string;
    reader: string;
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
  };
  exportNote: string;
  failed: string;
  toolbar: {
    name: string;
    style: string;
    paragraph: string;
    heading(level: number): string;
    code: string;
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
    indent: string;
    outdent: string;
    undo: string;
    redo: string;
    leaveHint: string;
  };
}
