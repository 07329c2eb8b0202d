/** Where somebody was going when they had to sign in: kept over the way to a provider and back, however that goes. */

import { albumsHash, parse } from './router';

/** Pages for whoever is not signed in: nobody is on their way there. */
export const SIGNING = new Set(['sign-in', 'sign-up', 'forgotten']);

const KEPT = 'destination';

/** Keeps the present address, unless it is one where people sign in: then what was kept before stays. */
export function keepDestination() {
  const { hash } = location;
  if (!SIGNING.has(parse(hash).name)) sessionStorage.setItem(KEPT, hash || albumsHash);
}

/** Returns the address that was kept, or that of the albums, and forgets it. */
export function takeDestination(): string {
  const kept = sessionStorage.getItem(KEPT);
  forgetDestination();
  return kept ?? albumsHash;
}

/** Forgets it: they have arrived, or it was another person's. */
export function forgetDestination() {
  sessionStorage.removeItem(KEPT);
}
