/** The projection of the map: the world is a square from (0, 0) in the north-west to (1, 1). */

/** A place in degrees. */
export interface Degrees {
  latitude: number;
  longitude: number;
}

/** A place on the map; `x` beyond 0–1 is the same place once more around the world. */
export interface Point {
  x: number;
  y: number;
}

/** A part of the map in degrees; west is greater than east when it lies across the 180th meridian. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** What a map shows: its middle, and how many times the world has been doubled from 256 pixels. */
export interface View extends Point {
  zoom: number;
}

/** The size of a map's element, in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** The parallel at which the square ends, in degrees. */
const EDGE = 85.0511;
export const FARTHEST = 0;
export const NEAREST = 18;

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

export function project({ latitude, longitude }: Degrees): Point {
  const north = clamp(latitude, -EDGE, EDGE) * Math.PI / 180;
  const y = 0.5 - Math.log(Math.tan(Math.PI / 4 + north / 2)) / (2 * Math.PI);
  return { x: (longitude + 180) / 360, y };
}

export function unproject({ x, y }: Point): Degrees {
  const latitude = (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) * 180 / Math.PI;
  const share = x - Math.floor(x);
  return { latitude, longitude: share * 360 - 180 };
}

/** The width of the world at a zoom, in CSS pixels. */
export const worldWidth = (zoom: number) => 256 * 2 ** zoom;

/** Returns where a point of the map is in its element, in CSS pixels; of all around the world the nearest to the middle. */
export function toScreen(point: Point, view: View, { width, height }: Size): Point {
  const scale = worldWidth(view.zoom);
  const turns = Math.round(view.x - point.x);
  return {
    x: width / 2 + (point.x + turns - view.x) * scale,
    y: height / 2 + (point.y - view.y) * scale,
  };
}

export function fromScreen(at: Point, view: View, { width, height }: Size): Point {
  const scale = worldWidth(view.zoom);
  return { x: view.x + (at.x - width / 2) / scale, y: view.y + (at.y - height / 2) / scale };
}

/** Returns the view as near to the wanted one as the map goes: never beyond the poles. */
export function within(view: View, { width, height }: Size): View {
  const least = Math.max(FARTHEST, Math.log2(Math.max(1, Math.min(width, 1024), height) / 256));
  const zoom = clamp(view.zoom, least, NEAREST);
  const half = clamp(height / 2 / worldWidth(zoom), 0, 0.5);
  return { zoom, x: view.x - Math.floor(view.x), y: clamp(view.y, half, 1 - half) };
}

export function panned(view: View, dx: number, dy: number): View {
  const scale = worldWidth(view.zoom);
  return { ...view, x: view.x - dx / scale, y: view.y - dy / scale };
}

/** Returns the view `by` levels nearer, with what is at a place of the element still there. */
export function zoomed(view: View, by: number, at: Point, size: Size): View {
  const zoom = clamp(view.zoom + by, FARTHEST, NEAREST);
  const fixed = fromScreen(at, view, size);
  const scale = worldWidth(zoom);
  return {
    zoom, x: fixed.x - (at.x - size.width / 2) / scale, y: fixed.y - (at.y - size.height / 2) / scale,
  };
}

/** Returns what is in view. */
export function boxOf(view: View, size: Size): Box {
  const from = fromScreen({ x: 0, y: 0 }, view, size);
  const to = fromScreen({ x: size.width, y: size.height }, view, size);
  const north = unproject({ x: 0, y: clamp(from.y, 0, 1) }).latitude;
  const south = unproject({ x: 0, y: clamp(to.y, 0, 1) }).latitude;
  if (to.x - from.x >= 1) return { west: -180, south, east: 180, north };
  return { west: unproject(from).longitude, south, east: unproject(to).longitude, north };
}

/** Returns the corners of a box on the map, the south-eastern one to the east of the other. */
export function cornersOf({ west, south, east, north }: Box): { from: Point; to: Point } {
  const from = project({ latitude: north, longitude: west });
  const to = project({ latitude: south, longitude: east });
  return { from, to: { x: west > east ? to.x + 1 : to.x, y: to.y } };
}

/** Returns the view that shows a box with some room around it. */
export function fitted(box: Box, { width, height }: Size, nearest = 15): View {
  const { from, to } = cornersOf(box);
  const across = Math.max(to.x - from.x, 1e-9);
  const down = Math.max(to.y - from.y, 1e-9);
  const zoom = Math.log2(Math.min(width * 0.8 / across, height * 0.8 / down) / 256);
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, zoom: clamp(zoom, FARTHEST, nearest) };
}

/** Writes a box as the API and the address have it: `west,south,east,north`. */
export function writeBox({ west, south, east, north }: Box): string {
  return [west, south, east, north].map((degrees) => Number(degrees.toFixed(5))).join(',');
}

/** Reads a box; `null` when it is none. */
export function readBox(text: string | null): Box | null {
  const numbers = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [west, south, east, north] = numbers;
  if (numbers.length !== 4 || numbers.some((one) => !Number.isFinite(one))) return null;
  return { west: west!, south: south!, east: east!, north: north! };
}

/** Returns the box around a place that reaches so far from it, in degrees of latitude. */
export function around({ latitude, longitude }: Degrees, reach: number): Box {
  const across = Math.min(180, reach / Math.max(0.01, Math.cos(latitude * Math.PI / 180)));
  const turned = (degrees: number) => ((degrees + 540) % 360) - 180;
  return {
    west: turned(longitude - across), east: turned(longitude + across),
    south: Math.max(-90, latitude - reach), north: Math.min(90, latitude + reach),
  };
}
