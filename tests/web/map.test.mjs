// The map: projection and base map.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  around, boxOf, fitted, fromScreen, panned, project, readBox, toScreen, unproject, within, writeBox, zoomed,
} from '../../web/src/map/mercator.ts';
import { decode, readWorld, unwound } from '../../web/src/map/world.ts';
import { encode, simplify } from '../../web/world.mjs';

const SIZE = { width: 800, height: 600 };
const ZURICH = { latitude: 47.3769, longitude: 8.5417 };
const near = (actual, expected, slack = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < slack, `${actual} is not ${expected}`);

test('a place is found again where it was projected to', () => {
  const again = unproject(project(ZURICH));
  near(again.latitude, ZURICH.latitude);
  near(again.longitude, ZURICH.longitude);
  // As https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames counts tiles.
  const { x, y } = project({ latitude: 35.6895, longitude: 139.6917 });
  assert.deepEqual([Math.floor(x * 1024), Math.floor(y * 1024)], [909, 403]);
});

test('what is under the pointer stays there while the map is zoomed', () => {
  const view = { ...project(ZURICH), zoom: 6 };
  const at = { x: 130, y: 470 };
  const before = fromScreen(at, view, SIZE);
  const after = toScreen(before, zoomed(view, 1.7, at, SIZE), SIZE);
  near(after.x, at.x, 1e-3);
  near(after.y, at.y, 1e-3);
});

test('a map goes around the world, and never beyond the poles', () => {
  const view = within(panned({ x: 0.99, y: 0.5, zoom: 3 }, -256, 9999), SIZE);
  assert.ok(view.x >= 0 && view.x < 1, `${view.x}`);
  assert.ok(fromScreen({ x: 0, y: 0 }, view, SIZE).y >= -1e-9);
  const across = boxOf({ ...project({ latitude: -17, longitude: 179 }), zoom: 6 }, SIZE);
  assert.ok(across.west > across.east, 'across the 180th meridian');
  const fiji = toScreen(project({ latitude: -17, longitude: -179 }), { x: 0.997, y: 0.55, zoom: 6 }, SIZE);
  assert.ok(fiji.x > 0 && fiji.x < SIZE.width, 'nearer around the other side');
});

test('the view that fits a box has it in view', () => {
  for (const box of [
    { west: 5.9, south: 45.8, east: 10.5, north: 47.8 }, { west: 177, south: -20, east: -176, north: -12 },
  ]) {
    const seen = boxOf(fitted(box, SIZE), SIZE);
    assert.ok(seen.south < box.south && seen.north > box.north, JSON.stringify(seen));
    assert.ok(seen.west < box.west && seen.east > box.east, JSON.stringify(seen));
  }
});

test('boxes are read as they are written, and nothing else is', () => {
  const box = { west: -1.5, south: 2, east: 3.25, north: 4 };
  assert.deepEqual(readBox(writeBox(box)), box);
  assert.equal(writeBox(box), '-1.5,2,3.25,4');
  for (const bad of [null, '', '1,2', 'a,b,c,d', '1,2,3,', '1,2,3,4,5']) assert.equal(readBox(bad), null, `${bad}`);
});

test('what is near a place is as near to the east as to the north, across the 180th meridian too', () => {
  const { west, east, south, north } = around({ latitude: 60, longitude: 179.99 }, 0.05);
  near(north - south, 0.1);
  near(west, 179.89);
  near(east, -179.91);
});

test('a line is read as it was written, and a simpler one stays near it', () => {
  const line = [[0, 0], [16, -17], [1000, 5], [-32768, 40000]];
  assert.deepEqual(decode(encode(line), 1), line.map(([x, y]) => ({ x, y })));
  assert.deepEqual(simplify([[0, 0], [5, 1], [10, 0], [10, 40]], 3), [[0, 0], [10, 0], [10, 40]]);
});

test('a line across the 180th meridian goes on there', () => {
  const xs = unwound([0.98, 0.01, 0.03, 0.99].map((x) => ({ x, y: 0 }))).map(({ x }) => x);
  assert.deepEqual(xs.map((x) => Number(x.toFixed(2))), [0.98, 1.01, 1.03, 0.99]);
});

test('the base map has land where there is land, and stays small', async () => {
  const { default: text } = await import('#world');
  assert.ok(text.length < 160_000, `${text.length}`);
  const { land, borders } = readWorld(text);
  assert.ok(borders.length > 300, `${borders.length}`);
  const inside = (place) => {
    const at = project(place);
    const turns = [-1, 0, 1].map((turn) => ({ x: at.x + turn, y: at.y }));
    return turns.some((one) => land.some(({ rings }) => rings.filter((ring) => crosses(ring, one)).length % 2 === 1));
  };
  assert.ok(inside(ZURICH));
  assert.ok(inside({ latitude: 25.03, longitude: 121.56 }), 'Taipei');
  assert.ok(inside({ latitude: 66.5, longitude: 179 }), 'the end of Siberia');
  assert.ok(inside({ latitude: 67, longitude: -178 }), 'Siberia beyond the 180th meridian');
  assert.ok(inside({ latitude: -80, longitude: 100 }), 'Antarctica');
  assert.ok(!inside({ latitude: 60, longitude: 179 }), 'the Bering Sea');
  assert.ok(!inside({ latitude: 40, longitude: -40 }), 'the Atlantic');
  assert.ok(!inside({ latitude: 42, longitude: 51 }), 'the Caspian');
});

function crosses(ring, { x, y }) {
  let inside = false;
  ring.forEach((point, at) => {
    const before = ring[(at || ring.length) - 1];
    const between = point.y > y !== before.y > y;
    if (between && x < (before.x - point.x) * (y - point.y) / (before.y - point.y) + point.x) inside = !inside;
  });
  return inside;
}
