/** A small map of one place, which leads to the photos near it. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text, type Place } from '../shell';
import { MapSource, useGround, usePaint } from './ground';
import { around, project, writeBox, type Size } from './mercator';

const ZOOM = 5;
/** With tiles there is more to see than coasts. */
const ZOOM_OF_TILES = 12;
/** How far from the place others are near it, in degrees: five kilometres. */
const NEAR = 0.045;

interface Props {
  where: Place;
  /** False for guests, who have no search. */
  leads: boolean;
}

export function Spot({ where, leads }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { clientWidth = 0, clientHeight = 0 } = box.current ?? {};
    setSize({ width: clientWidth, height: clientHeight });
  }, []);
  const at = project(where);
  const ground = useGround();
  const zoom = ground.tiles ? ZOOM_OF_TILES : ZOOM;
  usePaint(canvas, { ...at, zoom }, size, ground);
  return (
    <div class="spot" ref={box}>
      <canvas class="map-canvas" ref={canvas} /><span class="spot-pin" />
      {leads && (
        <a class="spot-link" href={`#/search?bbox=${writeBox(around(where, NEAR))}`}
          aria-label={text.map.near} />
      )}
      {ground.tiles && <MapSource tiles={ground.tiles} />}
    </div>
  );
}
