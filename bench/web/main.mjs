// Measures the page in a slow browser: `./dev bench web`.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeAlbum, makePictures } from './album.mjs';
import { Chromium } from './chromium.mjs';
import { startEdge } from './edge.mjs';
import { printMeasures } from './figures.mjs';
import { printScores } from './lighthouse.mjs';
import { TIMELINE, visitTimeline } from './timeline.mjs';
import { VISIT, visit } from './visit.mjs';

const { values: options } = parseArgs({
  options: {
    system: { type: 'string', default: process.env.ALBUMEN_SYSTEM ?? '' },
    rounds: { type: 'string', default: '5' },
    photos: { type: 'string', default: '24' },
    lighthouse: { type: 'boolean', default: false },
    timeline: { type: 'string' },
  },
});
const rounds = Number(options.rounds);

/** Measures visits of an album. */
async function benchAlbum(chromium, edge, owner) {
  // The first visit warms the functions up, and is not counted.
  await visit(chromium, edge.origin, owner);
  const visits = [];
  for (let round = 0; round < rounds; round += 1) visits.push(await visit(chromium, edge.origin, owner));
  printMeasures(VISIT, visits);
}

/** Has Lighthouse look at the pages that people come to first. */
async function benchScores(edge, owner) {
  const pages = [
    { name: 'album', hash: `#/albums/${owner.album}`, owner },
    { name: 'albums', hash: '#/', owner },
    { name: 'photos', hash: '#/photos', owner },
    { name: 'guest', hash: `#/s/${owner.share}` },
    { name: 'visitor', hash: '' },
    { name: 'sign-in', hash: '#/sign-in' },
  ];
  await printScores(pages.map((page) => ({ ...page, url: `${edge.origin}/${page.hash}` })), rounds);
}

/** Measures the timeline of a library that `./dev seed` has made, as that prints it. */
async function benchTimeline(chromium, edge, token) {
  const visits = [];
  for (let round = 0; round < rounds; round += 1) visits.push(await visitTimeline(chromium, edge.origin, { token }));
  printMeasures(TIMELINE, visits);
}

const { origin } = JSON.parse(await readFile(options.system, 'utf8'));
const photos = Number(options.photos);
const [, album, , token] = (options.timeline ?? '').split(':');
const owner = token ? null : await makeAlbum(origin, photos);
const edge = await startEdge(origin, token ? await makePictures(origin, { album, token, photos }) : []);
const chromium = await Chromium.start();
try {
  if (token) await benchTimeline(chromium, edge, token);
  else if (options.lighthouse) await benchScores(edge, owner);
  else await benchAlbum(chromium, edge, owner);
} finally {
  await chromium.close();
  edge.close();
}
