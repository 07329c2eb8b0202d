import assert from 'node:assert/strict';
import { test } from 'node:test';
import { justify, layoutOf, rowHeightFor, shapeOf, visibleRange } from '../../web/src/photos/justified.ts';

const SHAPES = [1.5, 0.67, 1.33, 2.4, 1, 3, 0.56];
const shapes = (count) => Array.from({ length: count }, (_, index) => SHAPES[(index * index) % SHAPES.length]);

for (const [width, rowHeight] of [[336, 132], [720, 190], [1344, 232], [2000, 250]]) {
  test(`rows fill ${width} pixels exactly, nothing overlaps, nothing is lost`, () => {
    const given = shapes(143);
    const { boxes, rows, height } = justify(given, { width, rowHeight, gap: 6 });
    assert.equal(boxes.length, given.length);
    assert.deepEqual(rows.map(({ from }) => from), [0, ...rows.slice(0, -1).map(({ to }) => to)]);
    assert.equal(rows.at(-1).to, given.length);
    assert.equal(height, rows.at(-1).top + rows.at(-1).height);
    for (const [index, row] of rows.entries()) {
      const inRow = boxes.slice(row.from, row.to);
      assert.equal(inRow[0].left, 0);
      if (index < rows.length - 1) assert.equal(inRow.at(-1).left + inRow.at(-1).width, width);
      for (const [place, box] of inRow.entries()) {
        assert.ok(box.width > 0 && box.left + box.width <= width);
        if (place > 0) assert.ok(Math.abs(box.left - inRow[place - 1].left - inRow[place - 1].width - 6) <= 1);
      }
      if (index > 0) assert.equal(row.top, rows[index - 1].top + rows[index - 1].height + 6);
    }
  });

  test(`photos keep their shape at ${width} pixels`, () => {
    const given = shapes(80);
    const { boxes } = justify(given, { width, rowHeight, gap: 6 });
    for (const [index, { width: w, height: h }] of boxes.entries()) {
      assert.ok(Math.abs(w / h - given[index]) / given[index] < 0.06, `${w}×${h} is not ${given[index]}`);
    }
  });
}

test('one photo alone is not blown up', () => {
  assert.deepEqual(justify([1.5], { width: 1300, rowHeight: 200, gap: 6 }).boxes, [{ left: 0, top: 0, width: 300, height: 200 }]);
});

test('no photos make no rows', () => {
  assert.deepEqual(justify([], { width: 500, rowHeight: 200, gap: 6 }), { boxes: [], rows: [], height: 0 });
});

test('extreme shapes are cropped, unknown ones are squares', () => {
  assert.equal(shapeOf({ width: 9000, height: 600 }), 3);
  assert.equal(shapeOf({ width: 100, height: 4000 }), 0.5);
  assert.equal(shapeOf({ width: null, height: null }), 1);
  assert.equal(shapeOf({ width: 300, height: 200 }), 1.5);
});

test('the visible range holds every row that touches the window, and no other', () => {
  const { rows } = justify(shapes(5000), { width: 1344, rowHeight: 232, gap: 6 });
  for (const from of [-900, 0, 231, 5000, 40_000, 1e9]) {
    const to = from + 900;
    const touching = rows.filter(({ top, height }) => top + height >= from && top <= to);
    const range = visibleRange(rows, from, to);
    assert.deepEqual(range, touching.length === 0 ? { from: 0, to: 0 } : { from: touching[0].from, to: touching.at(-1).to });
  }
});

/** The layout of photos of which nothing was laid out before. */
const fresh = (photos, width) => justify(photos.map(shapeOf), { width, rowHeight: rowHeightFor(width), gap: 6 });

test('a list that grows keeps the boxes of its full rows, and is laid out as if it were new', () => {
  const photos = shapes(900).map((shape) => ({ width: shape * 100, height: 100 }));
  let before = layoutOf(photos.slice(0, 1), 720);
  for (let count = 2; count <= photos.length; count += count % 7 + 1) {
    const now = layoutOf(photos.slice(0, count), 720);
    assert.deepEqual(now, fresh(photos.slice(0, count), 720), `${count}`);
    const full = before.rows.at(-2)?.to ?? 0;
    for (let index = 0; index < full; index += 1) assert.equal(now.boxes[index], before.boxes[index]);
    before = now;
  }
});

test('what has changed in the middle of a list is laid out anew from there', () => {
  const photos = shapes(300).map((shape) => ({ width: shape * 100, height: 100 }));
  for (const index of [0, 1, 57, 150, 298, 299]) {
    layoutOf(photos, 720);
    const another = photos.with(index, { width: 100, height: 170 });
    assert.deepEqual(layoutOf(another, 720), fresh(another, 720), `another at ${index}`);
    const fewer = photos.toSpliced(index, 1);
    assert.deepEqual(layoutOf(fewer, 720), fresh(fewer, 720), `${index} is gone`);
    assert.deepEqual(layoutOf(photos.slice(0, index), 720), fresh(photos.slice(0, index), 720), `the first ${index}`);
  }
  assert.deepEqual(layoutOf(photos, 411), fresh(photos, 411));
});
