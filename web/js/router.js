/** Addresses of the page. They live in the hash, so that any static host serves them. */

/** `{ name, album?, photo? }` of a location hash. */
export function parse(hash) {
  const path = hash.replace(/^#\/?/, '').replace(/\/$/, '');
  if (path === '') return { name: 'albums' };
  if (path === 'sign-in' || path === 'sign-up') return { name: path };
  const album = /^albums\/(album_[0-9a-z]+)(?:\/photos\/(photo_[0-9a-z]+))?$/.exec(path);
  if (album) return { name: 'album', album: album[1], photo: album[2] ?? null };
  return { name: 'missing' };
}

export const albumsHash = '#/';
export const albumHash = (album) => `#/albums/${album}`;
export const photoHash = (album, photo) => `#/albums/${album}/photos/${photo}`;

/** Goes to an address and remembers the present one for the back button. */
export function go(hash) {
  location.hash = hash;
}

/** Goes to an address in place of the present one. */
export function replace(hash) {
  // Keeps `history.state`: the viewer notes there where it was opened from.
  history.replaceState(history.state, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
