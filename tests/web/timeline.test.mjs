import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing, startAround } from '../../web/src/pages/photos/places.ts';
import { layoutOf } from '../../web/src/photos/justified.ts';

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
