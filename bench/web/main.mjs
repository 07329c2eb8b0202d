// Measures the first visit of an album in a slow browser: `./dev bench web`.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeAlbum } from './album.mjs';
import { Chromium } from './chromium.mjs';
import { startEdge } from './edge.mjs';
import { visit } from './visit.mjs';

/** What is measured: how it is written, and the most that it may be. */
const MEASURES = [
  { name: 'script before the first photo', of: 'scriptBeforePhoto', unit: 'KB', scale: 1000, most: 70 },
  { name: 'whole shell', of: 'shell', unit: 'KB', scale: 1000, most: 120 },
  { name: 'requests but for photos', of: 'requests', unit: '', scale: 1, most: 8 },
  { name: 'largest contentful paint', of: 'paint', unit: 's', scale: 1000, most: 1.8 },
  { name: 'layout shift', of: 'shift', unit: '', scale: 1, most: 0.02 },
  { name: 'interaction to next paint', of: 'longest', unit: 'ms', scale: 1, most: 150 },
];

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

const written = (value, { unit, scale }) => `${Number((value / scale).toPrecision(3))} ${unit}`.trim();

function line(measure, visits) {
  const values = visits.map((one) => one[measure.of]);
  const middle = median(values);
  const reached = middle / measure.scale <= measure.most ? 'reached' : 'not reached';
  const range = `${written(Math.min(...values), measure)} – ${written(Math.max(...values), measure)}`;
  const most = `${measure.most} ${measure.unit}`.trim();
  return `| ${measure.name} | ${most} | ${written(middle, measure)} | ${range} | ${reached} |`;
}

const { values: options } = parseArgs({
  options: {
    system: { type: 'string', default: process.env.ALBUMEN_SYSTEM ?? '' },
    rounds: { type: 'string', default: '5' },
    photos: { type: 'string', default: '24' },
  },
});
const system = JSON.parse(await readFile(options.system, 'utf8'));
const owner = await makeAlbum(system.origin, Number(options.photos));
const edge = await startEdge(system.origin);
const chromium = await Chromium.start();
try {
  // The first visit warms the functions up, and is not counted.
  await visit(chromium, edge.origin, owner);
  const visits = [];
  for (let round = 0; round < Number(options.rounds); round += 1) visits.push(await visit(chromium, edge.origin, owner));
  console.log('| | at most | median | least – most | |');
  console.log('|---|--:|--:|--:|---|');
  for (const measure of MEASURES) console.log(line(measure, visits));
} finally {
  await chromium.close();
  edge.close();
}
