/** The texts of the map, of slideshows, and of what is kept on the device, in English. */

import { number, plural } from './formats';

export const english = {
  map: {
    ground: 'Map: arrow keys move it, plus and minus zoom',
    nearer: 'Zoom in',
    farther: 'Zoom out',
    source: 'Natural Earth',
    tilesFrom: (host: string) => `Map pictures from ${host}`,
    near: 'Photos that were taken near here',
    place: 'Place',
    choose: 'Draw on the map',
    change: 'Change on the map',
    anywhere: 'Anywhere',
    draw: 'Draw a box',
    drawLead: 'Drag over the part of the map where the photos were taken.',
    moveMap: 'Move the map',
    useView: 'Use all in view',
    useBox: 'Search here',
    none: 'No photo says where it was taken',
    noneLead: 'Phones write the place into their photos when they are allowed to. You may also give it to one by hand, in its details.',
    cluster: (count: number) => plural(count, { one: '# photo: show it', other: '# photos: go nearer' }),
    count: (count: number) => number(count),
    inView: (count: number) => plural(count, { one: '# photo in view', other: '# photos in view' }),
    show: 'Show them',
  },
  viewing: {
    play: 'Slideshow',
    pause: 'Stop the slideshow',
    full: 'Full screen',
    notFull: 'Leave full screen',
  },
  device: {
    update: 'A new version of this page is ready.',
    reload: 'Load it',
    interrupted: (count: number) =>
      plural(count, { one: '# upload was interrupted', other: '# uploads were interrupted' }),
    resume: 'Go on',
    chooseAgain: 'Choose the files again',
    giveUp: 'Give up',
    others: (count: number) =>
      plural(count, { one: '# file was not one of them.', other: '# files were none of them.' }),
    handedOver: (count: number) => plural(count, { one: 'Add # photo to…', other: 'Add # photos to…' }),
    handedOverLead: 'Another app has handed these over. Nothing is sent before you choose an album.',
  },
};
