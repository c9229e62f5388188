// In place of lib0/logging, through which Yjs says its few warnings: that one styles what it prints
// and takes a schema library along, 10 kB that a slow network would carry for nothing.

export const BOLD = "";
export const UNBOLD = "";
export const ORANGE = "";
export const RED = "";

export const print = (...said: unknown[]): void => console.log(...said);
export const warn = (...said: unknown[]): void => console.warn(...said);
