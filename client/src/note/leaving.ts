// Leaving the page while something is not saved yet: it is kept on this device, but others do not
// have it. A browser with a keyboard asks before it closes the page. A phone asks nothing when one
// goes elsewhere: there the title says it, which is what its list of pages shows.

import type { Words } from "../i18n";
import type { NoteConnection } from "../net/note-connection";

/** `title` is the page's own: it changes with the programme. */
export function warnBeforeLeaving(
  connection: NoteConnection,
  words: Words,
  title: () => string,
): void {
  const tell = () => {
    const { unsaved } = connection.state;
    const wanted =
      document.hidden && unsaved > 0 ? `${words.state.left(unsaved)} · ${title()}` : title();
    if (document.title !== wanted) document.title = wanted;
  };
  window.addEventListener("beforeunload", (event) => {
    if (connection.state.unsaved > 0) event.preventDefault();
  });
  document.addEventListener("visibilitychange", tell);
  connection.onChange(tell);
}
