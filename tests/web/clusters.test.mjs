// What stands on the map of photos.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxAround, boxOfCell, clustersOf, gridZoom, viewOfAll } from '../../web/src/map/clusters.ts';
import { project, toScreen } from '../../web/src/map/mercator.ts';

const SIZE = { width: 800, height: 600 };
const COMO = { latitude: 45.98, longitude: 9.26 };

function cell(x, y, photos, place) {
  return { x, y, photos, place, cover: { photo: `photo_${x}${y}`, placeholder: null, renditions: [] } };
}

test('the box of a cell is the tile of that number', () => {
  // As https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames has it.
  const { west, east, north, south } = boxOfCell({ x: 909, y: 403 }, 10);
  assert.ok(Math.abs(west - 139.5703) < 1e-3 && Math.abs(east - 139.9219) < 1e-3);
  assert.ok(Math.abs(north - 35.7465) < 1e-3 && Math.abs(south - 35.4606) < 1e-3);
});

test('cells are a part of the screen, whatever the zoom', () => {
  for (const zoom of [0, 3.4, 9.99, 18]) {
    const width = 256 * 2 ** zoom / 2 ** gridZoom({ zoom }, SIZE);
    assert.ok(width >= 64 && width < 128, `${width}`);
  }
});

test('a large screen has larger cells, so that they are no more than the API takes', () => {
  const large = { width: 2160, height: 3840 };
  const level = gridZoom({ zoom: 9 }, large);
  const side = 256 * 2 ** 9 / 2 ** level;
  assert.ok(side >= 128, `${side}`);
  assert.ok((large.width / side + 2) * (large.height / side + 2) <= 1000);
});

test('pictures that would cover each other stand as one, nearer the one with more photos', () => {
  const view = { ...project(COMO), zoom: 6 };
  const cells = [
    cell(134, 90, 10, COMO), cell(135, 90, 30, { latitude: 45.98, longitude: 9.9 }),
    cell(140, 90, 1, { latitude: 45.98, longitude: 18 }),
  ];
  const clusters = clustersOf(cells, 8, view, SIZE);
  assert.deepEqual(clusters.map(({ photos }) => photos), [40, 1]);
  const [both] = clusters;
  assert.equal(both.main.photos, 30);
  const { x } = toScreen(both.at, view, SIZE);
  const ends = [COMO, cells[1].place].map((place) => toScreen(project(place), view, SIZE).x);
  assert.ok(x > (ends[0] + ends[1]) / 2 && x < ends[1], `${x} between ${ends}`);
  const first = boxOfCell(cells[0], 8);
  const second = boxOfCell(cells[1], 8);
  assert.deepEqual([both.box.west, both.box.east], [first.west, second.east]);
});

test('the box around all cells is the least that has their photos', () => {
  assert.equal(boxAround([]), null);
  const box = boxAround([cell(0, 0, 1, COMO), cell(1, 0, 1, { latitude: 25, longitude: 121 })]);
  assert.deepEqual(box, { west: 9.26, east: 121, south: 25, north: 45.98 });
});

test('a screen that has no room for all shows where most photos are', () => {
  const cells = [cell(0, 0, 9, COMO), cell(1, 0, 1, { latitude: 25, longitude: 121 })];
  const phone = { width: 360, height: 560 };
  for (const size of [SIZE, phone]) {
    const { x, y } = toScreen(project(COMO), viewOfAll(cells, size, 11), size);
    assert.ok(x >= 0 && x <= size.width && y >= 0 && y <= size.height, `${x}, ${y}`);
  }
  assert.equal(viewOfAll([], SIZE, 11), null);
});
