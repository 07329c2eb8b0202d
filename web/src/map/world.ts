/** Reads the base map: Natural Earth's land and borders, in the units of the projection. */

import type { Point } from './mercator';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

interface File {
  units: number;
  arcs: string[];
  land: number[][][];
  borders: number[];
}

/** A piece of land with the waters in it, and the box around it. */
export interface Land {
  rings: Point[][];
  from: Point;
  to: Point;
}

export interface World {
  land: Land[];
  borders: Point[][];
}

/** Reads the points of a line. */
export function decode(text: string, units: number): Point[] {
  const numbers: number[] = [];
  let value = 0;
  let weight = 1;
  for (const digit of text) {
    const bits = VALUES.get(digit) ?? 0;
    value += (bits % 32) * weight;
    weight *= 32;
    if (bits >= 32) continue;
    numbers.push(value % 2 === 1 ? -(value + 1) / 2 : value / 2);
    value = 0;
    weight = 1;
  }
  const points: Point[] = [];
  let [x, y] = [0, 0];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    x += numbers[at]!;
    y += numbers[at + 1]!;
    points.push({ x: x / units, y: y / units });
  }
  return points;
}

/** Returns a line that does not leap back around the world where it crosses the 180th meridian. */
export function unwound(points: Point[]): Point[] {
  let turns = 0;
  let before = points[0]?.x ?? 0;
  return points.map(({ x, y }) => {
    if (x - before > 0.5) turns -= 1;
    if (x - before < -0.5) turns += 1;
    before = x;
    return { x: x + turns, y };
  });
}

/** Returns a ring as an area of the map: one that goes around a pole is closed by way of that. */
function area(ring: Point[]): Point[] {
  const points = unwound(ring);
  const first = points[0]!;
  const last = points.at(-1)!;
  if (Math.abs(last.x - first.x) < 0.5) return points;
  const pole = first.y > 0.5 ? 1 : 0;
  return [...points, { x: last.x, y: pole }, { x: first.x, y: pole }];
}

/** Reads the text of the base map. */
export function readWorld(text: string): World {
  const file = JSON.parse(text) as File;
  const arcs = file.arcs.map((arc) => decode(arc, file.units));
  const line = (index: number) => (index < 0 ? [...arcs[~index]!].reverse() : arcs[index]!);
  const land = file.land.map((polygon) => {
    const rings = polygon.map((ring) => area(ring.flatMap(line)));
    const xs = rings[0]!.map(({ x }) => x);
    const ys = rings[0]!.map(({ y }) => y);
    return {
      rings,
      from: { x: Math.min(...xs), y: Math.min(...ys) },
      to: { x: Math.max(...xs), y: Math.max(...ys) },
    };
  });
  return { land, borders: file.borders.map((border) => unwound(line(border))) };
}

let loading: Promise<World> | null = null;

/** Loads the base map, once. */
export function loadWorld(): Promise<World> {
  loading ??= import('#world').then(({ default: text }) => readWorld(text));
  loading.catch(() => { loading = null; });
  return loading;
}
