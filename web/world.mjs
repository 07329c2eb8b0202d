// The base map of the gallery, made of Natural Earth (public domain) as world-atlas has it: land and
// borders at a scale of 1 : 50 million, in the projection of the map, simplified, as text that
// compresses well. src/map/world.ts reads it.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { mergeArcs } from 'topojson-client';

/** The width of the world, in units of the file. */
const UNITS = 32_768;
/** How far a line may be from the one that it stands for, in units. */
const TOLERANCE = 3;
/** Islands whose box is smaller than this are left out, in units. */
const SMALLEST = 8;
/** The parallel at which the projection's square ends, in degrees. */
const EDGE = 85.0511;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function project([longitude, latitude]) {
  const north = Math.max(-EDGE, Math.min(EDGE, latitude)) * Math.PI / 180;
  const y = 0.5 - Math.log(Math.tan(Math.PI / 4 + north / 2)) / (2 * Math.PI);
  return [Math.round((longitude + 180) / 360 * UNITS), Math.round(y * UNITS)];
}

/** Leaves out points of a line that are hardly beside it (Douglas and Peucker). */
export function simplify(points, tolerance = TOLERANCE) {
  const kept = new Set([0, points.length - 1]);
  const parts = [[0, points.length - 1]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let farthest = 0;
    let most = 0;
    for (let at = from + 1; at < to; at += 1) {
      const off = distance(points[at], points[from], points[to]);
      if (off > most) [most, farthest] = [off, at];
    }
    if (most <= tolerance) continue;
    kept.add(farthest);
    parts.push([from, farthest], [farthest, to]);
  }
  return points.filter((_point, at) => kept.has(at));
}

function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  if (length === 0) return Math.hypot(x - ax, y - ay);
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** Writes whole numbers, each as the difference from the one two before it, five bits a letter. */
export function encode(points) {
  let text = '';
  let before = [0, 0];
  for (const point of points) {
    for (const axis of [0, 1]) {
      const step = point[axis] - before[axis];
      let rest = step < 0 ? -2 * step - 1 : 2 * step;
      for (; rest >= 32; rest = Math.floor(rest / 32)) text += DIGITS[32 + (rest % 32)];
      text += DIGITS[rest];
    }
    before = point;
  }
  return text;
}

/** Returns the points of each arc of a topology, projected. */
function arcsOf({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = [x + dx, y + dy];
      return project([x * scale[0] + translate[0], y * scale[1] + translate[1]]);
    });
  });
}

const indexOf = (arc) => (arc < 0 ? ~arc : arc);

function isLargeEnough(ring, arcs) {
  const points = ring.flatMap((arc) => arcs[indexOf(arc)]);
  const width = (axis) => {
    const values = points.map((point) => point[axis]);
    return Math.max(...values) - Math.min(...values);
  };
  return Math.max(width(0), width(1)) >= SMALLEST;
}

/** Returns the arcs that two countries share. */
function bordersOf({ geometries }) {
  const seen = new Map();
  for (const { arcs = [] } of geometries) {
    for (const arc of new Set(arcs.flat(2).map(indexOf))) seen.set(arc, (seen.get(arc) ?? 0) + 1);
  }
  return [...seen].filter(([, times]) => times > 1).map(([arc]) => arc);
}

/** Resolves with the text of the base map. */
export async function world() {
  const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
  const topology = JSON.parse(await readFile(file, 'utf8'));
  const arcs = arcsOf(topology);
  const { countries } = topology.objects;
  const merged = mergeArcs(topology, countries.geometries).arcs;
  const land = merged
    .map((rings) => rings.filter((ring) => isLargeEnough(ring, arcs)))
    .filter((rings) => rings.length > 0);
  const borders = bordersOf(countries);
  // Arcs that nothing names any more are not in the file, so the others have new numbers.
  const numbers = new Map();
  const number = (arc) => {
    const index = indexOf(arc);
    if (!numbers.has(index)) numbers.set(index, numbers.size);
    return arc < 0 ? ~numbers.get(index) : numbers.get(index);
  };
  const numbered = {
    land: land.map((rings) => rings.map((ring) => ring.map(number))),
    borders: borders.map(number),
  };
  const lines = [...numbers.keys()].map((index) => encode(simplify(arcs[index])));
  return JSON.stringify({ units: UNITS, arcs: lines, ...numbered });
}

/** Lets a source import the base map's text as `#world`. */
export const worldPlugin = {
  name: 'world',
  setup(build) {
    build.onResolve({ filter: /^#world$/ }, () => ({ path: 'world', namespace: 'world' }));
    build.onLoad({ filter: /.*/, namespace: 'world' }, async () => ({
      contents: await world(), loader: 'text',
    }));
  },
};
