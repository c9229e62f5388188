/** What the editor says, in the language of the page. */
export interface EditorWords {
  /** Name of the box of a task line. */
  taskDone: string;
  /** Name of a footnote and title of its dialog. */
  footnote: string;
  footnoteText: string;
  /** Title of the dialog of a link. */
  link: string;
  linkAddress: string;
  /** Said when an address is not http, https or mailto. */
  linkRefused: string;
  /** Name of something that a newer page has put into the note. */
  unknown: string;
  save: string;
  remove: string;
  cancel: string;
}
