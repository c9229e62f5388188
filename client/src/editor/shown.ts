/** Set on transactions that show a change of the text and must not be written to it again. */
export const SHOWN = "shown";
