/** One step for each of many photos, a few at a time. */

import { ApiError, isPassing, messageOf, notice, text } from '../../shell';

const LANES = 4;
/** Waits before repeating a step that failed in passing, in milliseconds. */
const PAUSES = [1000, 3000, 8000];

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });

async function patiently(step: () => Promise<unknown>) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      const wait = PAUSES[attempt];
      if (!isPassing(error) || wait === undefined) throw error;
      const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
      await pause(Math.max(wait, asked));
    }
  }
}

/**
 * Takes the step for every id, and resolves with those for which it succeeded. Says how many were
 * left out, and why the first of them was.
 */
export async function forEach(
  ids: readonly string[],
  step: (id: string) => Promise<unknown>,
): Promise<ReadonlySet<string>> {
  const waiting = [...ids];
  const done = new Set<string>();
  const failures: unknown[] = [];
  const lane = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const one = id;
      try {
        await patiently(() => step(one));
        done.add(one);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (failures.length > 0) {
    notice(text.selection.someFailed(failures.length, messageOf(failures[0])));
  }
  return done;
}
