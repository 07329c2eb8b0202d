/** Drawing a box on the map, for a search by place. */

import { signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { Icon, text } from '../shell';
import { MapView } from './map-view';
import {
  boxOf, cornersOf, fitted, fromScreen, readBox, toScreen, unproject, within, worldWidth, writeBox, type Box, type Point, type Size, type View,
} from './mercator';

/** A box smaller than this was a slip of the pointer, in CSS pixels. */
const LEAST = 8;

interface Props {
  /** A box as the address has it; empty for none. */
  chosen: string;
  choose: (box: string) => void;
}

function boxBetween(one: Point, other: Point, view: View, size: Size): Box {
  const from = fromScreen({ x: Math.min(one.x, other.x), y: Math.min(one.y, other.y) }, view, size);
  const to = fromScreen({ x: Math.max(one.x, other.x), y: Math.max(one.y, other.y) }, view, size);
  const northWest = unproject(from);
  const southEast = unproject(to);
  return {
    west: northWest.longitude, north: northWest.latitude, east: southEast.longitude, south: southEast.latitude,
  };
}

export function BoxChooser({ chosen, choose }: Props) {
  const before = useMemo(() => readBox(chosen), []);
  const view = useMemo(() => signal<View>(
    before ? fitted(before, { width: 480, height: 320 }) : { x: 0.5, y: 0.4, zoom: 1 },
  ), []);
  const drawing = useSignal(true);
  const box = useSignal(before);
  const size = useSignal<Size>({ width: 0, height: 0 });
  const drawn = (from: Point, to: Point, seen: Size, done: boolean) => {
    if (Math.abs(from.x - to.x) < LEAST || Math.abs(from.y - to.y) < LEAST) return;
    box.value = boxBetween(from, to, within(view.value, seen), seen);
    if (done) drawing.value = false;
  };
  const useView = () => { choose(writeBox(boxOf(within(view.value, size.value), size.value))); };
  return (
    <div class="box-chooser">
      <p class="dialog-note">{text.map.drawLead}</p>
      <MapView view={view} label={text.map.draw} drawn={drawing.value ? drawn : undefined}
        rested={(_view, now) => { size.value = now; }}>
        {(now) => box.value && <Drawn box={box.value} view={within(view.value, now)} size={now} />}
      </MapView>
      <div class="dialog-actions">
        <button class="button" type="button" aria-pressed={drawing.value}
          onClick={() => { drawing.value = !drawing.value; }}>
          <Icon name={drawing.value ? 'move' : 'edit'} />{drawing.value ? text.map.moveMap : text.map.draw}
        </button>
        <button class="button" type="button" onClick={useView}>{text.map.useView}</button>
        <button class="button is-primary" type="button" disabled={box.value === null}
          onClick={() => { if (box.value) choose(writeBox(box.value)); }}>{text.map.useBox}</button>
      </div>
    </div>
  );
}

function Drawn({ box, view, size }: { box: Box; view: View; size: Size }) {
  const { from, to } = cornersOf(box);
  const start = toScreen(from, view, size);
  const scale = worldWidth(view.zoom);
  const style = {
    transform: `translate(${start.x}px, ${start.y}px)`,
    width: `${(to.x - from.x) * scale}px`, height: `${(to.y - from.y) * scale}px`,
  };
  return <div class="map-box" style={style} />;
}
