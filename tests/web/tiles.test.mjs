// Tiles of maps: which a view shows, where they stand, and by which address they are had.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { project, toScreen } from '../../web/src/map/mercator.ts';
import { addressOf, cutAtAddresses, levelOf, parentOf, partOf, tilesOf } from '../../web/src/map/tiles.ts';

const SIZE = { width: 800, height: 600 };
const ZURICH = project({ latitude: 47.3769, longitude: 8.5417 });
const near = (actual, expected, slack = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < slack, `${actual} is not ${expected}`);

test('tiles are of the level that is nearest to their own size', () => {
  assert.deepEqual([0.2, 0.5, 10.4, 10.6, 18, 25, -1].map(levelOf), [0, 1, 10, 11, 18, 19, 0]);
  for (const zoom of [3, 3.4, 3.6]) {
    const [{ side }] = tilesOf({ ...ZURICH, zoom }, SIZE);
    assert.ok(side > 256 / 1.42 && side < 256 * 1.42, `${side} at ${zoom}`);
  }
});

test('tiles cover all of a view once, the middle first', () => {
  for (const zoom of [2, 7.3, 11.5, 17.9]) {
    const view = { ...ZURICH, zoom };
    const tiles = tilesOf(view, SIZE);
    const [{ side }] = tiles;
    for (const x of [0.5, 400, 799.5]) {
      for (const y of [0.5, 300, 599.5]) {
        const over = tiles.filter(({ left, top }) => left <= x && x < left + side && top <= y && y < top + side);
        assert.equal(over.length, 1, `${x}, ${y} at ${zoom}`);
      }
    }
    const [{ left, top }] = tiles;
    assert.ok(left <= 400 && left + side >= 400 && top <= 300 && top + side >= 300, 'the middle is first');
    assert.ok(tiles.length <= (800 / side + 2) * (600 / side + 2), `${tiles.length} at ${zoom}`);
  }
});

test('a tile stands where its corner is projected to', () => {
  const view = { ...ZURICH, zoom: 9.7 };
  for (const { tile: { z, x, y }, left, top } of tilesOf(view, SIZE)) {
    const corner = toScreen({ x: x / 2 ** z, y: y / 2 ** z }, view, SIZE);
    near(left, corner.x, 1e-6);
    near(top, corner.y, 1e-6);
  }
});

test('the world goes on beyond the 180th meridian, and not beyond the poles', () => {
  const tiles = tilesOf({ x: 0.999, y: 0.5, zoom: 3 }, SIZE).map(({ tile }) => tile);
  assert.ok(tiles.some(({ x }) => x === 7) && tiles.some(({ x }) => x === 0));
  const all = tilesOf({ x: 0.5, y: 0.5, zoom: 1 }, { width: 2000, height: 2000 }).map(({ tile }) => tile);
  assert.ok(all.every(({ x, y }) => x >= 0 && x < 2 && y >= 0 && y < 2), JSON.stringify(all));
});

test('a tile is a quarter of its parent, and a part of whatever has it in it', () => {
  const tile = { z: 5, x: 21, y: 10 };
  assert.deepEqual(parentOf(tile), { z: 4, x: 10, y: 5 });
  assert.equal(parentOf({ z: 0, x: 0, y: 0 }), null);
  assert.deepEqual(partOf(tile, tile), { x: 0, y: 0, side: 1 });
  assert.deepEqual(partOf(tile, parentOf(tile)), { x: 0.5, y: 0, side: 0.5 });
  assert.deepEqual(partOf(tile, { z: 3, x: 5, y: 2 }), { x: 0.25, y: 0.5, side: 0.25 });
});

test('an address names the tile, and fine pixels where there are any', () => {
  const tile = { z: 11, x: 1072, y: 717 };
  assert.equal(addressOf('https://t.example/{z}/{x}/{y}.png', tile, true), 'https://t.example/11/1072/717.png');
  assert.equal(addressOf('https://t.example/{z}/{y}/{x}{r}?k=1', tile, true), 'https://t.example/11/717/1072@2x?k=1');
  assert.equal(addressOf('https://t.example/{z}/{x}/{y}{r}', tile, false), 'https://t.example/11/1072/717');
});

test('addresses in a line are told from its text', () => {
  assert.deepEqual(cutAtAddresses('© A, https://a.example/c, © B'), ['© A, ', 'https://a.example/c', ', © B']);
  assert.deepEqual(cutAtAddresses('© A javascript:alert(1)'), ['© A javascript:alert(1)']);
});
