/** What is known about a photo, as a list of terms. */

import { h } from './h.js';
import { bytes, camera, moment, place } from './format.js';

/** The panel's content for one photo; what is not known is left out. */
export function details(photo) {
  const taken = moment(photo.taken_at, photo.taken_offset);
  const device = photo.camera ? camera(photo.camera) : '';
  return h('div', { class: 'details' },
    h('dl', null,
      row('Taken', taken),
      row('Camera', device),
      row('Lens', photo.camera?.lens),
      row('Place', photo.place && map(photo.place)),
      row('File', photo.name),
      row('Size', `${photo.width.toLocaleString()} × ${photo.height.toLocaleString()} pixels, ${bytes(photo.bytes)}`),
      row('SHA-256', h('span', { class: 'details-hash' }, photo.sha256))));
}

function row(term, value) {
  return value ? h('div', { class: 'details-row' }, h('dt', null, term), h('dd', null, value)) : null;
}

/** The map opens only when asked for: nobody else learns where the photo was taken. */
function map(where) {
  const { latitude, longitude } = where;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=14/${latitude}/${longitude}`;
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, place(where));
}
