/** What stands on the map of photos: cells of the API's grid, those that would cover each other as one. */

import type { MapCell } from '../api/types';
import { fitted, project, toScreen, unproject, within, type Box, type Point, type Size, type View } from './mercator';

/** Two pictures stand at least so far from each other, in CSS pixels. */
const APART = 60;
/** The nearest level of the API's grid. */
const NEAREST_GRID = 22;

/** Photos that stand at one place of the map. */
export interface Cluster {
  /** The cell with the most photos. */
  main: MapCell;
  photos: number;
  /** The middle of all its photos. */
  at: Point;
  /** The part of the map that its cells cover. */
  box: Box;
}

/** The least width of a cell, in CSS pixels. */
const CELL = 64;
/** The most cells that the API answers with. */
const MOST_CELLS = 1000;

/** Returns the level of the grid for a view: cells of 64 to 128 CSS pixels, or wider where these would be too many. */
export function gridZoom({ zoom }: View, { width, height }: Size): number {
  const cells = (side: number, cell: number) => Math.floor(side / cell) + 2;
  let nearer = 2;
  for (let cell = CELL; cells(width, cell) * cells(height, cell) > MOST_CELLS; cell *= 2) nearer -= 1;
  return Math.max(0, Math.min(NEAREST_GRID, Math.floor(zoom) + nearer));
}

/** Returns the part of the map that a cell covers. */
export function boxOfCell({ x, y }: Pick<MapCell, 'x' | 'y'>, level: number): Box {
  const count = 2 ** level;
  const { latitude: north } = unproject({ x: 0, y: y / count });
  const { latitude: south } = unproject({ x: 0, y: (y + 1) / count });
  return { west: (x / count) * 360 - 180, east: ((x + 1) / count) * 360 - 180, north, south };
}

function joined(one: Box, other: Box): Box {
  return {
    west: Math.min(one.west, other.west), east: Math.max(one.east, other.east),
    south: Math.min(one.south, other.south), north: Math.max(one.north, other.north),
  };
}

/** Returns the middle of two clusters, by their photos. */
function between(one: Cluster, other: Cluster): Point {
  const share = other.photos / (one.photos + other.photos);
  return {
    x: one.at.x + (other.at.x - one.at.x) * share,
    y: one.at.y + (other.at.y - one.at.y) * share,
  };
}

/** Returns the cells as clusters, those with the most photos first. */
export function clustersOf(cells: readonly MapCell[], level: number, view: View, size: Size): Cluster[] {
  const clusters: Cluster[] = [];
  for (const cell of [...cells].sort((one, other) => other.photos - one.photos)) {
    const added = {
      main: cell, photos: cell.photos, at: project(cell.place), box: boxOfCell(cell, level),
    };
    const place = toScreen(added.at, view, size);
    const near = clusters.find(({ at }) => {
      const other = toScreen(at, view, size);
      return Math.hypot(other.x - place.x, other.y - place.y) < APART;
    });
    if (!near) {
      clusters.push(added);
      continue;
    }
    near.at = between(near, added);
    near.photos += added.photos;
    near.box = joined(near.box, added.box);
  }
  return clusters;
}

/** Returns the box around all cells; `null` when there are none. */
export function boxAround(cells: readonly MapCell[]): Box | null {
  const boxes = cells.map(({ place: { latitude, longitude } }) => ({
    west: longitude, east: longitude, south: latitude, north: latitude,
  }));
  return boxes.length > 0 ? boxes.reduce(joined) : null;
}

/** Returns the view of all cells; of the one with the most photos where that has none of it; `null` without cells. */
export function viewOfAll(cells: readonly MapCell[], size: Size, nearest: number): View | null {
  const all = boxAround(cells);
  const [most] = [...cells].sort((one, other) => other.photos - one.photos);
  if (!all || !most) return null;
  const view = within(fitted(all, size, nearest), size);
  const place = project(most.place);
  const { x, y } = toScreen(place, view, size);
  const isSeen = x >= 0 && x <= size.width && y >= 0 && y <= size.height;
  return isSeen ? view : { ...view, ...place };
}
