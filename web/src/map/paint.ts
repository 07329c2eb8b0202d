/** Draws the base map, and over it what a tile server has sent. */

import { worldWidth, type Point, type Size, type View } from './mercator';
import type { TileSource } from './tile-source';
import { tilesOf } from './tiles';
import type { World } from './world';

export interface Colours {
  sea: string;
  land: string;
  coast: string;
  border: string;
}

/** Reads the colours of the theme. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(`--map-${name}`).trim();
  return { sea: value('sea'), land: value('land'), coast: value('coast'), border: value('border') };
}

/** What a map is drawn of, as far as it has been loaded. */
export interface Ground {
  world: World | null;
  tiles: TileSource | null;
}

/** Draws on a canvas of as many device pixels as its size has. */
export function paint(
  canvas: HTMLCanvasElement, view: View, size: Size, colours: Colours, { world, tiles }: Ground,
) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, size.width, size.height);
  if (world) paintWorld(context, view, size, colours, world);
  if (tiles) paintTiles(context, view, size, tiles, ratio);
}

/** Draws tiles from one device pixel to another, so that none shows a seam beside the next. */
function paintTiles(
  context: CanvasRenderingContext2D, view: View, size: Size, tiles: TileSource, ratio: number,
) {
  const whole = (place: number) => Math.round(place * ratio) / ratio;
  for (const { tile, left, top, side } of tilesOf(view, size)) {
    const found = tiles.find(tile);
    if (!found) continue;
    const { picture, part } = found;
    const { naturalWidth: width, naturalHeight: height } = picture;
    const from = { x: whole(left), y: whole(top) };
    context.drawImage(
      picture, part.x * width, part.y * height, part.side * width, part.side * height,
      from.x, from.y, whole(left + side) - from.x, whole(top + side) - from.y,
    );
  }
}

/** Returns how many worlds to the west and to the east may be in view: land may reach into the next. */
function turns(view: View, { width }: Size): number[] {
  const half = width / 2 / worldWidth(view.zoom);
  const all: number[] = [];
  for (let turn = Math.floor(view.x - half) - 1; turn <= Math.floor(view.x + half) + 1; turn += 1) all.push(turn);
  return all;
}

function paintWorld(
  context: CanvasRenderingContext2D, view: View, size: Size, colours: Colours, world: World,
) {
  const scale = worldWidth(view.zoom);
  context.lineJoin = 'round';
  for (const turn of turns(view, size)) {
    const left = size.width / 2 + (turn - view.x) * scale;
    const top = size.height / 2 - view.y * scale;
    const trace = (points: Point[]) => {
      points.forEach(({ x, y }, at) => {
        if (at === 0) context.moveTo(left + x * scale, top + y * scale);
        else context.lineTo(left + x * scale, top + y * scale);
      });
    };
    const seen = ({ from, to }: { from: Point; to: Point }) =>
      left + to.x * scale > 0 && left + from.x * scale < size.width
      && top + to.y * scale > 0 && top + from.y * scale < size.height;
    context.beginPath();
    for (const land of world.land) {
      if (!seen(land)) continue;
      for (const ring of land.rings) {
        trace(ring);
        context.closePath();
      }
    }
    context.fillStyle = colours.land;
    context.fill('evenodd');
    context.strokeStyle = colours.coast;
    context.lineWidth = 1;
    context.stroke();
    if (view.zoom < 2.5) continue;
    context.beginPath();
    world.borders.forEach(trace);
    context.strokeStyle = colours.border;
    context.stroke();
  }
}
