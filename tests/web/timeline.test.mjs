import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing, positionOf, spotAt, startAround } from '../../web/src/pages/photos/places.ts';
import { layoutOf } from '../../web/src/photos/justified.ts';
import './fake-document.mjs';

/** Photos by month, newest first; of one request come 200. */
const LIBRARY = { '2026-03': 5, '2026-02': 450, '2026-01': 60, '2025-12': 1 };
globalThis.fetch = async ({ url }) => {
  const { pathname, searchParams } = new URL(url);
  const month = pathname.split('/').at(-1);
  if (month === 'buckets') {
    return respond({ items: Object.entries(LIBRARY).map(([name, photos]) => ({ month: name, photos })) });
  }
  const from = Number(searchParams.get('cursor') ?? 0);
  const to = Math.min(from + 200, LIBRARY[month]);
  const items = Array.from({ length: to - from }, (_, index) => ({ id: `${month}_${from + index}`, status: 'ready' }));
  return respond({ items, next: to < LIBRARY[month] ? String(to) : null });
};
const respond = (body) => new Response(JSON.stringify(body));
const { Timeline } = await import('../../web/src/pages/photos/timeline.ts');

/** A timeline with these months loaded, as far as one request brings. */
async function opened(...names) {
  const timeline = new Timeline();
  await timeline.months.more();
  for (const month of names) await timeline.load(month);
  return timeline;
}

/** Three months of 1000 pixels; of the second the first 400 are loaded, and all of the last. */
const PLACES = [
  { month: '2026-03', photos: 9, top: 0, height: 1000, filled: 68 },
  { month: '2026-02', photos: 9, top: 1000, height: 1000, filled: 400 },
  { month: '2026-01', photos: 9, top: 2000, height: 1000, filled: 1000 },
];
const months = (top, bottom) => missing(PLACES, top, bottom).map(({ month }) => month);

test('of a month no more is loaded than the window needs', () => {
  assert.deepEqual(months(0, 900), ['2026-03']);
  assert.deepEqual(months(1000, 1300), [], 'what is loaded is enough');
  assert.deepEqual(months(1000, 1500), ['2026-02']);
  assert.deepEqual(months(900, 2500), ['2026-03', '2026-02'], 'what is whole is never asked for');
});

test('a long timeline is shown by a part that has the position in it', () => {
  const whole = 65_000_000;
  for (const position of [0, 1, 30_000_000, whole - 1]) {
    const start = startAround(position, whole, 4_000_000);
    assert.ok(start >= 0 && start <= position && position < start + 4_000_000, `${position}: ${start}`);
    assert.ok(start + 4_000_000 <= whole, `${position}: ${start}`);
  }
  assert.equal(startAround(500, 1000, 4_000_000), 0, 'a short one is its only part');
});

test('a list is laid out once for a width', () => {
  const photos = Array.from({ length: 50 }, () => ({ width: 4, height: 3 }));
  const layout = layoutOf(photos, 800);
  assert.equal(layoutOf(photos, 800), layout);
  assert.notEqual(layoutOf(photos, 801), layout);
  assert.notEqual(layoutOf([...photos], 801), layoutOf(photos, 801), 'a list that has changed is another one');
});

test('a spot is found again when months above it are higher or lower', () => {
  const spot = spotAt(PLACES, 2300);
  assert.deepEqual(spot, { month: '2026-01', below: 300 });
  const moved = PLACES.map((place) => ({ ...place, top: place.top * 2 }));
  assert.equal(positionOf(moved, spot), 4300);
  assert.equal(positionOf(PLACES, { month: '2026-02', below: 5000 }), 1932, 'a month that is thought lower ends there');
  const fewer = [PLACES[0], PLACES[2]];
  assert.equal(positionOf(fewer, { month: '2026-02', below: 9 }), 2000, 'a month that is gone');
  assert.equal(positionOf(PLACES, { month: '2025-12', below: 0 }), null);
  assert.equal(spotAt([], 0), null);
});

test('the viewer goes back into a month of many photos once all of it is there', async () => {
  const timeline = await opened('2026-01');
  const before = () => timeline.runAround('2026-01_0').previous;
  for (const pages of [1, 2, 3]) {
    assert.equal(before(), '2026-02', `before page ${pages}`);
    await timeline.load(before());
  }
  const run = timeline.runAround('2026-01_0');
  assert.equal(run.photos.length, 510);
  assert.equal(run.photos[449].id, '2026-02_449');
  assert.equal(run.offset, 5);
  assert.equal(run.previous, undefined, 'months far from the photo are not loaded');
  assert.equal(timeline.runAround('2026-02_0').previous, '2026-03');
});

test('the month before is loaded only when a photo comes near it', async () => {
  const timeline = await opened('2026-01');
  assert.equal(timeline.runAround('2026-01_49').previous, '2026-02');
  assert.equal(timeline.runAround('2026-01_50').previous, undefined);
});
