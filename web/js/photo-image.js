/** The image of a photo on the page: its ThumbHash at once, the rendition over it when it has come. */

import { h } from './h.js';
import { getPhoto } from './api.js';
import { MediaKeys, renditionFor, srcset } from './media.js';
import { placeholderCanvas } from './thumbhash.js';

/** The signatures of everything shown. */
export const keys = new MediaKeys(sessionStorage);

const LARGEST_IN_GRID = 1024;

/** A photo's name for people who hear the page: its caption, else the file name. */
export const altOf = (photo) => photo.caption || (photo.name ?? '').replace(/\.[^.]+$/, '');

/**
 * A `div.photo-image` that fills its parent. `photo` is a photo or an album's cover, `id` the photo's
 * id, `sizes` as in HTML.
 */
export function photoImage(photo, { id, sizes, alt }) {
  const renditions = photo.renditions.filter(({ size }) => size <= LARGEST_IN_GRID);
  const canvas = placeholderCanvas(photo.placeholder);
  const image = h('img', { class: 'photo-image-rendition', alt, sizes, loading: 'lazy', decoding: 'async', draggable: 'false' });
  const box = h('div', { class: 'photo-image' }, canvas, image);
  image.addEventListener('load', () => {
    box.classList.add('is-loaded');
    // After the fade; a thousand canvases are memory nobody looks at.
    setTimeout(() => canvas?.remove(), 600);
  });
  const show = () => {
    image.srcset = srcset(renditions, keys);
    image.src = keys.url(renditionFor(renditions, LARGEST_IN_GRID).url);
  };
  renewOnError(image, id, show, () => box.classList.add('is-broken'));
  if (renditions.length > 0) show();
  return box;
}

/**
 * Lets an image that did not load try once more under a fresh signature: the old one may have
 * expired while the page was open.
 */
export function renewOnError(image, photoId, show, giveUp) {
  let renewed = false;
  image.addEventListener('load', () => { renewed = false; });
  image.addEventListener('error', async () => {
    if (renewed) return giveUp();
    renewed = true;
    const address = new URL(image.currentSrc || image.src);
    try {
      await renew(address.pathname + address.search, photoId);
      show();
    } catch {
      giveUp();
    }
    return undefined;
  });
}

const renewals = new Map();

/** One request, however many images failed with the same signature. */
function renew(url, photoId) {
  const query = url.slice(url.indexOf('?'));
  if (!renewals.has(query)) {
    keys.reject(url);
    const renewal = getPhoto(photoId).then((photo) => keys.adopt(photo.media, [photo]));
    renewals.set(query, renewal);
    renewal.catch(() => renewals.delete(query));
  }
  return renewals.get(query);
}
