// The folder of published pages as it is made: how far, and a way to stop. All else is forms.

import { followExports } from "../day/exporting";
import { wordsOf } from "../i18n";

const exports = document.getElementById("exports");
if (exports !== null) followExports(exports, wordsOf(document.documentElement.lang));
