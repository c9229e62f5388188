// The guiding questions of the item, folded or not as this person left them.

import { prefer, preferences } from "./preferences";

export function rememberQuestions(): void {
  const questions = document.querySelector<HTMLDetailsElement>(".questions");
  if (questions === null) return;
  // On a phone they would push the text off the first screen; there one asks for them.
  const narrow = matchMedia("(max-width: 40rem)").matches;
  questions.open = preferences().questions && !narrow;
  questions.addEventListener("toggle", () => {
    if (!narrow) prefer({ questions: questions.open });
  });
}
