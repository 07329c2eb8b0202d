/** Line icons on a 24-pixel square, and the egg that is the mark of the page. */

import { useId } from 'preact/hooks';

const PATHS = {
  add: ['M12 5v14', 'M5 12h14'],
  less: ['M5 12h14'],
  map: ['M9 4.5L3.5 6.5v13L9 17.5l6 2 5.5-2v-13L15 6.5z', 'M9 4.5v13', 'M15 6.5v13'],
  back: ['M15 5l-7 7 7 7'],
  forward: ['M9 5l7 7-7 7'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  download: ['M12 4v11', 'M7 10.5l5 5 5-5', 'M5 20h14'],
  info: ['M12 11v6', 'M12 7.2v.1', 'M12 3a9 9 0 100 18 9 9 0 000-18z'],
  retry: ['M20 11a8 8 0 10-2.3 6.3', 'M20 5v6h-6'],
  folder: ['M3.5 18.5v-12h6l2 2.5h9v9.5z'],
  photos: ['M4 5h16v14H4z', 'M4 16l4.5-4.5 4 4 2.5-2.5 5 5', 'M15.5 9.2v.1'],
  albums: ['M6 8h14v12H6z', 'M4 16V4h13'],
  warning: ['M12 4l9 16H3z', 'M12 10v4.5', 'M12 17.2v.1'],
  down: ['M6 9.5l6 6 6-6'],
  up: ['M6 14.5l6-6 6 6'],
  copy: ['M8.5 8.5h11v11h-11z', 'M15.5 8.5v-4h-11v11h4'],
  leave: ['M10 5H5v14h5', 'M10 12h10', 'M16.5 8.5L20 12l-3.5 3.5'],
  search: ['M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13z', 'M15.5 15.5L20.5 20.5'],
  share: [
    'M17 3.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z', 'M6 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z',
    'M17 15.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z', 'M8.3 10.8l6.4-3.6', 'M8.3 13.2l6.4 3.6',
  ],
  heart: ['M12 20C4.5 14.5 3.5 10.5 4.6 8A4.3 4.3 0 0112 7.4 4.3 4.3 0 0119.4 8c1.1 2.5.1 6.5-7.4 12z'],
  tag: ['M4 4h7.5l8.5 8.5-7.5 7.5L4 11.5z', 'M8.2 8.2v.1'],
  trash: ['M4.5 7h15', 'M9 7V4h6v3', 'M6.5 7l1 13h9l1-13', 'M10.3 11v5.5', 'M13.7 11v5.5'],
  calendar: ['M4 6h16v14H4z', 'M4 10.5h16', 'M8.5 3.5v4', 'M15.5 3.5v4'],
  person: ['M12 4a4 4 0 100 8 4 4 0 000-8z', 'M4.5 20c.8-4 3.7-6 7.5-6s6.7 2 7.5 6'],
  people: [
    'M9 5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z', 'M2.8 19c.6-3.4 3-5 6.2-5s5.6 1.6 6.2 5',
    'M15.5 5.6a3.3 3.3 0 010 6', 'M17.5 14.4c2 .6 3.3 2.1 3.7 4.6',
  ],
  edit: ['M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5z', 'M14 6.5l3.5 3.5'],
  more: ['M5.5 12v.1', 'M12 12v.1', 'M18.5 12v.1'],
  move: ['M3.5 18.5v-12h6l2 2.5h9v9.5z', 'M9 13.7h6', 'M12.5 11l2.7 2.7-2.7 2.7'],
  comment: ['M4 5h16v11h-8.5L7 20v-4H4z'],
  zoom: [
    'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13z', 'M15.5 15.5L20.5 20.5', 'M10.5 7.7v5.6',
    'M7.7 10.5h5.6',
  ],
  play: ['M8 5.5v13l10.5-6.5z'],
  pause: ['M8.5 5.5v13', 'M15.5 5.5v13'],
  full: ['M4 9V4h5', 'M15 4h5v5', 'M20 15v5h-5', 'M9 20H4v-5'],
  cover: ['M5 3.5h14v17l-7-4.5-7 4.5z'],
  select: ['M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17z', 'M8 12.2l2.8 2.8 5.2-5.6'],
  restore: ['M4.5 12a7.5 7.5 0 102.3-5.4', 'M4 4v5h5', 'M12 8v4.5l3 2'],
};

export type IconName = keyof typeof PATHS;

/** A decorative icon; the element around it carries the words. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {PATHS[name].map((d) => <path key={d} d={d} />)}
    </svg>
  );
}

/** The outline of an egg standing in a 48×60 box. */
const EGG = 'M24 3C36 3 45 20 45 35.5C45 48.5 35.6 57 24 57C12.4 57 3 48.5 3 35.5C3 20 12 3 24 3z';

/** The mark: a landscape under a yolk of a sun, seen through an egg. */
export function Mark() {
  const id = `egg-${useId()}`;
  return (
    <svg class="mark" viewBox="0 0 48 60" aria-hidden="true" focusable="false">
      <defs><clipPath id={id}><path d={EGG} /></clipPath></defs>
      <g clip-path={`url(#${id})`}>
        <path class="mark-sky" d="M0 0h48v60H0z" />
        <circle class="mark-sun" cx="29" cy="25" r="8.5" />
        <path class="mark-far" d="M-2 45L13 31l9 8 8-6 22 17v12H-2z" />
        <path class="mark-near" d="M-2 51c10-6 20-5 28-1s16 3 24-2v14H-2z" />
      </g>
      <path class="mark-rim" d={EGG} />
    </svg>
  );
}
