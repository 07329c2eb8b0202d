/** What stands where nothing is. */

import { h } from '../h.js';
import { mark } from '../icons.js';
import { albumsHash } from '../router.js';

/** A block saying that nothing is here, with the way home. */
export function missing(message) {
  return h('div', { class: 'empty' }, h('div', { class: 'empty-egg' }, mark()),
    h('h1', { tabindex: '-1' }, 'An empty frame'), h('p', null, message),
    h('a', { class: 'button', href: albumsHash }, 'Go to your albums'));
}

export function missingView() {
  return { node: h('div', { class: 'page' }, missing('There is no page at this address.')), title: 'Not found', destroy() {} };
}
