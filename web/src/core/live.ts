/** Says things to people who hear the page rather than see it, and shows short notices. */

import { signal } from '@preact/signals';

const region = () => document.getElementById('live')!;
let last = 0;
let pending: ReturnType<typeof setTimeout> | undefined;

/** Announces politely; a later message replaces one not yet said. */
export function say(message: string) {
  clearTimeout(pending);
  // Screen readers skip what changes too quickly.
  const wait = Math.max(60, last + 1500 - Date.now());
  pending = setTimeout(() => {
    last = Date.now();
    region().textContent = message;
  }, wait);
}

/** The button of a notice: its label, and what it does. */
export interface Action {
  label: string;
  run: () => void;
}

export interface Notice {
  key: number;
  message: string;
  action?: Action | undefined;
}

/** The notices at the edge of the page. */
export const notices = signal<Notice[]>([]);

/** How long a notice stays, in milliseconds; longer when there is something to press. */
const SHOWN = 7000;
const SHOWN_WITH_ACTION = 12_000;
let count = 0;

/** Takes a notice away. */
export function dismiss(key: number) {
  notices.value = notices.value.filter((one) => one.key !== key);
}

/** Shows a notice for a while, perhaps with a button such as Undo; also announced. */
export function notice(message: string, action?: Action) {
  count += 1;
  const key = count;
  notices.value = [...notices.value, { key, message, action }];
  say(message);
  setTimeout(() => dismiss(key), action ? SHOWN_WITH_ACTION : SHOWN);
}

/** Takes back what was said and what is still to be said. */
export function quiet() {
  clearTimeout(pending);
  region().textContent = '';
  notices.value = [];
}
