// The first script of a note's page, of a few lines: opens its socket before the others are here.

import { openEarly } from "../net/early";

const note = location.pathname.split("/").pop() ?? "";
const isKnown = async () =>
  (await indexedDB.databases()).some(({ name }) => name?.startsWith(`calepin/${note}/`));
// From the device's own cache the other script may have come first.
if (globalThis.calepinEarly === undefined) globalThis.calepinEarly = openEarly(note, isKnown);
