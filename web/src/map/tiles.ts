/** The tiles of a map: which of them a view shows, where they stand, and by which address they are had. */

import { worldWidth, type Size, type View } from './mercator';

/** A picture of the square world cut into `2 ** z` by `2 ** z`, counted from the north-west. */
export interface Tile {
  z: number;
  x: number;
  y: number;
}

/** A tile where it stands in a map's element, in CSS pixels. */
export interface PlacedTile {
  tile: Tile;
  left: number;
  top: number;
  side: number;
}

/** A square part of a picture, in shares of its side. */
export interface Part {
  x: number;
  y: number;
  side: number;
}

/** The nearest level that tile servers have, as a rule. */
const NEAREST_LEVEL = 19;

/** Returns the level whose tiles are shown nearest to their own size. */
export function levelOf(zoom: number): number {
  return Math.max(0, Math.min(NEAREST_LEVEL, Math.round(zoom)));
}

/** Returns the tiles of a view, those in its middle first: they are asked for in this order. */
export function tilesOf(view: View, { width, height }: Size): PlacedTile[] {
  const z = levelOf(view.zoom);
  const count = 2 ** z;
  const world = worldWidth(view.zoom);
  const side = world / count;
  const west = width / 2 - view.x * world;
  const north = height / 2 - view.y * world;
  const firstRow = Math.max(0, Math.floor(-north / side));
  const lastRow = Math.min(count - 1, Math.ceil((height - north) / side) - 1);
  const tiles: PlacedTile[] = [];
  for (let row = firstRow; row <= lastRow; row += 1) {
    for (let column = Math.floor(-west / side); west + column * side < width; column += 1) {
      // Beyond the 180th meridian the world begins anew.
      const x = ((column % count) + count) % count;
      tiles.push({ tile: { z, x, y: row }, left: west + column * side, top: north + row * side, side });
    }
  }
  const fromMiddle = ({ left, top }: PlacedTile) =>
    Math.hypot(left + side / 2 - width / 2, top + side / 2 - height / 2);
  return tiles.sort((one, other) => fromMiddle(one) - fromMiddle(other));
}

/** Returns the tile that has this one in a quarter of it; `null` of the whole world. */
export function parentOf({ z, x, y }: Tile): Tile | null {
  return z > 0 ? { z: z - 1, x: x >> 1, y: y >> 1 } : null;
}

/** Returns where a tile is in one that has it in it. */
export function partOf({ z, x, y }: Tile, around: Tile): Part {
  const count = 2 ** (z - around.z);
  return { x: (x - around.x * count) / count, y: (y - around.y * count) / count, side: 1 / count };
}

/** Returns the address of a tile; `isFine` asks for twice as many pixels, where the server has them. */
export function addressOf(template: string, { z, x, y }: Tile, isFine: boolean): string {
  return template.replaceAll('{z}', `${z}`).replaceAll('{x}', `${x}`).replaceAll('{y}', `${y}`)
    .replaceAll('{r}', isFine ? '@2x' : '');
}

/** Cuts a line into text and the addresses in it, by turns. */
export function cutAtAddresses(line: string): string[] {
  return line.split(/(https?:\/\/[^\s,;<>"']+)/);
}
