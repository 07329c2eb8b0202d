/** Addresses of the page. They live in the hash, so that any static host serves them. */

import { signal } from '@preact/signals';

/** The name of a page, and what its address says beside it. */
export interface Address {
  name: string;
  album?: string;
  photo?: string;
  /** Of a shared link or a mail; of a single sign-on, how it has gone at the provider. */
  token?: string;
  query: URLSearchParams;
}

const ALBUM = '(?<album>album_[0-9a-z]+)';
const PHOTO = '(?<photo>photo_[0-9a-z]+)';

/** The addresses of each page; every list of photos has one for the viewer above it, too. */
const ROUTES: [string, RegExp][] = [
  ['albums', /^$/],
  ['sign-in', /^sign-in$/],
  ['sign-up', /^sign-up$/],
  ['forgotten', /^forgotten$/],
  ['reset', /^reset\/(?<token>albumen_[\w-]+)$/],
  ['verify', /^verify\/(?<token>albumen_[\w-]+)$/],
  ['invitation', /^invitation\/(?<token>albumen_[\w-]+)$/],
  ['single-sign-on', /^single-sign-on\/(?<token>done|ended|refused|failed)$/],
  ['album', new RegExp(`^albums/${ALBUM}(?:/photos/${PHOTO})?$`)],
  ['photos', new RegExp(`^photos(?:/${PHOTO})?$`)],
  ['search', new RegExp(`^search(?:/${PHOTO})?$`)],
  ['favourites', new RegExp(`^favourites(?:/${PHOTO})?$`)],
  ['on-this-day', new RegExp(`^on-this-day(?:/${PHOTO})?$`)],
  ['map', /^map$/],
  ['tags', /^tags$/],
  ['trash', /^trash$/],
  ['sharing', /^sharing$/],
  ['me', /^me$/],
  ['connect', /^connect$/],
  ['connected', /^connected$/],
  ['administration', /^administration$/],
  ['guest', new RegExp(`^s/(?<token>[\\w.~-]+)(?:/${PHOTO})?$`)],
];

/** Returns the page that a location hash names; `missing` when there is none. */
export function parse(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const query = new URLSearchParams(search);
  for (const [name, pattern] of ROUTES) {
    const found = pattern.exec(path.replace(/\/$/, ''));
    if (found) return { name, ...found.groups, query };
  }
  return { name: 'missing', query };
}

export const albumsHash = '#/';
export const albumHash = (album: string) => `#/albums/${album}`;
export const photoHash = (album: string, photo: string) => `#/albums/${album}/photos/${photo}`;

/** The address that is shown. */
export const address = signal<Address>(parse(globalThis.location?.hash ?? ''));

/** Scroll positions of the lists that were left, by their hash, in pixels. */
const positions = new Map<string, number>();

/** Returns the hash without the photo in the viewer: all of these are one list. */
function listOf(hash: string): string {
  return hash.replace(/\/(?:photos\/)?photo_[0-9a-z]+/, '');
}

let shown = globalThis.location?.hash ?? '';

function follow() {
  const hash = location.hash;
  if (listOf(hash) !== listOf(shown)) positions.set(listOf(shown), scrollY);
  shown = hash;
  address.value = parse(hash);
}

/** Returns how far the present list was scrolled when it was last left, in pixels. */
export function formerPosition(): number {
  return positions.get(listOf(location.hash)) ?? 0;
}

/** Forgets all positions: they were another person's. */
export function forgetPositions() {
  positions.clear();
}

/** Goes to an address and remembers the present one for the back button. */
export function go(hash: string) {
  location.hash = hash;
}

/** Goes to an address in place of the present one. */
export function replace(hash: string) {
  // Keeps `history.state`: the viewer notes there that it was opened from its list.
  history.replaceState(history.state, '', hash);
  follow();
}

/** Opens the viewer above its list, to which the back button returns. */
export function openAbove(hash: string) {
  history.pushState({ above: true }, '', hash);
  follow();
}

/** Goes back to the list below the viewer; after a deep link that is none of this visit's. */
export function closeAbove(list: string) {
  if (history.state?.above) history.back();
  else replace(list);
}

/** Begins to follow the address. */
export function startRouter() {
  history.scrollRestoration = 'manual';
  addEventListener('hashchange', follow);
  addEventListener('popstate', follow);
  follow();
}
