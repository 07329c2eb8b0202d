/** What a map is drawn of: loads it, draws it, and says whose it is. */

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { logMistake, text } from '../shell';
import type { Size, View } from './mercator';
import { coloursOf, paint, type Ground } from './paint';
import { loadTileSource, type TileSource } from './tile-source';
import { cutAtAddresses, tilesOf } from './tiles';
import { loadWorld, type World } from './world';

/** How long a view rests before its tiles are asked for, in milliseconds: what is only passed is not. */
const REST = 120;

/** Loads what maps are drawn of. */
export function useGround(): Ground {
  const [world, setWorld] = useState<World | null>(null);
  const [tiles, setTiles] = useState<TileSource | null>(null);
  useEffect(() => {
    loadWorld().then(setWorld, logMistake);
    loadTileSource().then(setTiles, logMistake);
  }, []);
  return { world, tiles };
}

/** Draws the map once a frame at most. */
export function usePaint(
  canvas: { current: HTMLCanvasElement | null }, view: View, size: Size, { world, tiles }: Ground,
) {
  const [drawn, setDrawn] = useState(0);
  const again = () => setDrawn((count) => count + 1);
  useEffect(() => {
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', again);
    return () => theme.removeEventListener('change', again);
  }, []);
  useEffect(() => tiles?.listen(again), [tiles]);
  useEffect(() => {
    if (!tiles || size.width === 0) return undefined;
    const timer = setTimeout(() => tiles.want(tilesOf(view, size).map(({ tile }) => tile)), REST);
    return () => clearTimeout(timer);
  }, [view.x, view.y, view.zoom, size, tiles, drawn]);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || size.width === 0) return undefined;
    const frame = requestAnimationFrame(() => {
      paint(element, view, size, coloursOf(element), { world, tiles });
    });
    return () => cancelAnimationFrame(frame);
  }, [view.x, view.y, view.zoom, size, world, tiles, drawn]);
}

/** Says whose the map is: of tiles in the words that their server demands, or at least from where they come. */
export function MapSource({ tiles }: { tiles: TileSource | null }) {
  if (!tiles) return <p class="map-source">{text.map.source}</p>;
  const line = tiles.attribution || text.map.tilesFrom(tiles.host);
  return (
    <p class="map-source" dir="auto">
      {cutAtAddresses(line).map((part, at) => (at % 2 === 0 ? part : (
        <a key={part} href={part} target="_blank" rel="noreferrer">{part.replace(/^https?:\/\//, '')}</a>
      )))}
    </p>
  );
}
