// The last five minutes as small bars. The number beside them says the same in words.

import { svg, type TemplateResult } from "lit-html";

const WIDTH = 80;
const HEIGHT = 24;
const GAP = 2;
/** Edits in half a minute that fill the height: five people who type without a pause. */
const FULL = 300;

/** One scale for all notes, so that they compare; of roots, so that one person who types is seen. */
export function spark(activity: readonly number[]): TemplateResult<2> {
  const step = WIDTH / activity.length;
  const bars = activity.map((count, index) => {
    const height = count === 0 ? 1.5 : Math.max(3, HEIGHT * Math.min(1, Math.sqrt(count / FULL)));
    return svg`<rect x=${(index * step).toFixed(1)} y=${(HEIGHT - height).toFixed(1)} width=${(step - GAP).toFixed(1)} height=${height.toFixed(1)} rx="1" data-quiet=${String(count === 0)} />`;
  });
  return svg`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" focusable="false">${bars}</svg>`;
}
