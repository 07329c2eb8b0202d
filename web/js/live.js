/** Says things to people who hear the page rather than see it, and shows short notices. */

import { h } from './h.js';

const region = () => document.getElementById('live');
let last = 0;
let pending = null;

/** Announces politely; a later message replaces one not yet said. */
export function say(message) {
  clearTimeout(pending);
  // Screen readers skip what changes too quickly.
  const wait = Math.max(60, last + 1500 - Date.now());
  pending = setTimeout(() => {
    last = Date.now();
    region().textContent = message;
  }, wait);
}

/** Takes back what was said and what is still to be said. */
export function quiet() {
  clearTimeout(pending);
  region().textContent = '';
  document.getElementById('notices').replaceChildren();
}

const SHOWN = 7000;

/** A notice at the edge of the page, gone after a while; also announced. */
export function notice(message) {
  const box = document.getElementById('notices');
  const note = h('p', { class: 'notice' }, message);
  box.append(note);
  say(message);
  setTimeout(() => note.remove(), SHOWN);
}
