/** Line icons on a 24-pixel square, and the egg that is the mark of the page. */

import { svg } from './h.js';

const PATHS = {
  add: ['M12 5v14', 'M5 12h14'],
  back: ['M15 5l-7 7 7 7'],
  forward: ['M9 5l7 7-7 7'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  download: ['M12 4v11', 'M7 10.5l5 5 5-5', 'M5 20h14'],
  info: ['M12 11v6', 'M12 7.2v.1', 'M12 3a9 9 0 100 18 9 9 0 000-18z'],
  retry: ['M20 11a8 8 0 10-2.3 6.3', 'M20 5v6h-6'],
  folder: ['M3.5 18.5v-12h6l2 2.5h9v9.5z'],
  photos: ['M4 5h16v14H4z', 'M4 16l4.5-4.5 4 4 2.5-2.5 5 5', 'M15.5 9.2v.1'],
  warning: ['M12 4l9 16H3z', 'M12 10v4.5', 'M12 17.2v.1'],
  down: ['M6 9.5l6 6 6-6'],
  up: ['M6 14.5l6-6 6 6'],
  copy: ['M8.5 8.5h11v11h-11z', 'M15.5 8.5v-4h-11v11h4'],
  leave: ['M10 5H5v14h5', 'M10 12h10', 'M16.5 8.5L20 12l-3.5 3.5'],
};

/** A decorative icon; the element around it carries the words. */
export function icon(name) {
  const paths = PATHS[name].map((d) => svg('path', { d }));
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }, paths);
}

/** The outline of an egg standing in a 48×60 box. */
const EGG = 'M24 3C36 3 45 20 45 35.5C45 48.5 35.6 57 24 57C12.4 57 3 48.5 3 35.5C3 20 12 3 24 3z';

/** The mark: a landscape under a yolk of a sun, seen through an egg. */
export function mark() {
  const id = `egg-${Math.random().toString(36).slice(2)}`;
  return svg('svg', { class: 'mark', viewBox: '0 0 48 60', 'aria-hidden': 'true', focusable: 'false' },
    svg('defs', null, svg('clipPath', { id }, svg('path', { d: EGG }))),
    svg('g', { 'clip-path': `url(#${id})` },
      svg('path', { class: 'mark-sky', d: 'M0 0h48v60H0z' }),
      svg('circle', { class: 'mark-sun', cx: '29', cy: '25', r: '8.5' }),
      svg('path', { class: 'mark-far', d: 'M-2 45L13 31l9 8 8-6 22 17v12H-2z' }),
      svg('path', { class: 'mark-near', d: 'M-2 51c10-6 20-5 28-1s16 3 24-2v14H-2z' })),
    svg('path', { class: 'mark-rim', d: EGG }));
}
