/**
 * When pictures get sharp. Each comes small at first, which is soon there over any line; large ones
 * follow once no small one has come for a while, so that they do not hold those up, and are not
 * loaded of what somebody only scrolls past.
 */

/** How long no small one has come, in milliseconds. */
const QUIET = 300;
/** The longest that a picture waits, in milliseconds. */
const LONGEST = 1500;

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
/** When the first of those that wait began to. */
let since = 0;

function sharpenAll() {
  const all = [...waiting];
  waiting.clear();
  for (const sharpen of all) sharpen();
}

/** Calls `sharpen` when it is time to; the function that is returned takes that back. */
export function sharpenSoon(sharpen: () => void): () => void {
  const now = Date.now();
  if (waiting.size === 0) since = now;
  waiting.add(sharpen);
  clearTimeout(timer);
  timer = setTimeout(sharpenAll, Math.min(QUIET, Math.max(0, since + LONGEST - now)));
  return () => { waiting.delete(sharpen); };
}
