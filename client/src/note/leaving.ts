// Leaving the page while something is not saved yet: it is kept on this device, but others do not
// have it, so the browser asks. A phone asks nothing: there the page says it before, in its bar.

import type { NoteConnection } from "../net/note-connection";

export function warnBeforeLeaving(connection: NoteConnection): void {
  window.addEventListener("beforeunload", (event) => {
    if (connection.state.unsaved > 0) event.preventDefault();
  });
}
