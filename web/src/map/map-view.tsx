/** A map that is moved by pointers, wheel and keys. What stands on it is its children's. */

import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, text } from '../shell';
import { MapSource, useGround, usePaint } from './ground';
import { panned, within, zoomed, type Point, type Size, type View } from './mercator';

/** How long a view rests before it counts as chosen, in milliseconds. */
const REST = 220;
/** How far a key moves the map, in CSS pixels. */
const STEP = 90;
/** How far a pointer moves before it drags, in CSS pixels. */
const SLACK = 4;

interface Props {
  view: Signal<View>;
  label: string;
  /** Called when the view has come to rest. */
  rested?: (view: View, size: Size) => void;
  /** There while a rectangle is drawn: takes its corners, in CSS pixels. */
  drawn?: ((from: Point, to: Point, size: Size, done: boolean) => void) | undefined;
  children?: (size: Size) => ComponentChildren;
}

export function MapView({ view, label, rested, drawn, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(box);
  const shown = size.width > 0 ? within(view.value, size) : view.value;
  const ground = useGround();
  usePaint(canvas, shown, size, ground);
  useMoves(box, view, size, drawn);
  useEffect(() => {
    if (size.width === 0 || !rested) return undefined;
    const timer = setTimeout(() => rested(shown, size), REST);
    return () => clearTimeout(timer);
  }, [shown.x, shown.y, shown.zoom, size]);
  const middle = { x: size.width / 2, y: size.height / 2 };
  const zoom = (by: number) => { view.value = within(zoomed(shown, by, middle, size), size); };
  const pressed = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => { view.value = within(panned(shown, STEP, 0), size); },
      ArrowRight: () => { view.value = within(panned(shown, -STEP, 0), size); },
      ArrowUp: () => { view.value = within(panned(shown, 0, STEP), size); },
      ArrowDown: () => { view.value = within(panned(shown, 0, -STEP), size); },
      '+': () => zoom(1), '=': () => zoom(1), '-': () => zoom(-1),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
  return (
    <div class="map" role="group" aria-label={label}>
      <div class={`map-ground ${drawn ? 'is-drawing' : ''}`} tabIndex={0} role="application"
        aria-label={text.map.ground} ref={box} onKeyDown={pressed}>
        <canvas class="map-canvas" ref={canvas} />
        {size.width > 0 && children?.(size)}
      </div>
      <div class="map-zoom">
        <button class="button is-icon" type="button" aria-label={text.map.nearer} onClick={() => zoom(1)}>
          <Icon name="add" />
        </button>
        <button class="button is-icon" type="button" aria-label={text.map.farther} onClick={() => zoom(-1)}>
          <Icon name="less" />
        </button>
      </div>
      <MapSource tiles={ground.tiles} />
    </div>
  );
}

/** Returns the size of an element, and follows it. */
function useSize(box: { current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const read = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}

/** Moves the map with one pointer, zooms with two or with the wheel. */
function useMoves(
  box: { current: HTMLElement | null }, view: Signal<View>, size: Size, drawn: Props['drawn'],
) {
  const latest = useRef({ size, drawn });
  latest.current = { size, drawn };
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const undo = new AbortController();
    const options = { signal: undo.signal };
    const moves = new Moves(element, view, () => latest.current);
    element.addEventListener('pointerdown', (event) => moves.down(event), options);
    element.addEventListener('pointermove', (event) => moves.move(event), options);
    for (const type of ['pointerup', 'pointercancel'] as const) {
      element.addEventListener(type, (event) => moves.up(event), options);
    }
    element.addEventListener('click', (event) => moves.click(event), { ...options, capture: true });
    element.addEventListener('wheel', (event) => moves.wheel(event), { ...options, passive: false });
    element.addEventListener('dblclick', (event) => moves.twice(event), options);
    return () => undo.abort();
  }, []);
}

type Latest = () => { size: Size; drawn: Props['drawn'] };

class Moves {
  readonly #pointers = new Map<number, Point>();
  #start: Point | null = null;
  #dragged = false;

  constructor(
    private readonly element: HTMLElement, private readonly view: Signal<View>, private readonly latest: Latest,
  ) {}

  #at(event: MouseEvent): Point {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #show(view: View) {
    this.view.value = within(view, this.latest().size);
  }

  down(event: PointerEvent) {
    if (event.button !== 0) return;
    const at = this.#at(event);
    this.#pointers.set(event.pointerId, at);
    if (this.#pointers.size > 1) return;
    this.#start = at;
    this.#dragged = false;
  }

  move(event: PointerEvent) {
    const before = this.#pointers.get(event.pointerId);
    if (!before || !this.#start) return;
    const at = this.#at(event);
    if (!this.#dragged && Math.hypot(at.x - this.#start.x, at.y - this.#start.y) < SLACK) return;
    if (!this.#dragged) this.element.setPointerCapture(event.pointerId);
    this.#dragged = true;
    this.#pointers.set(event.pointerId, at);
    const { size, drawn } = this.latest();
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    const view = within(this.view.value, size);
    if (other) this.#show(pinched(view, before, at, other, size));
    else if (drawn) drawn(this.#start, at, size, false);
    else this.#show(panned(view, at.x - before.x, at.y - before.y));
  }

  up(event: PointerEvent) {
    const at = this.#pointers.get(event.pointerId);
    const { size, drawn } = this.latest();
    const alone = this.#pointers.size === 1;
    this.#pointers.delete(event.pointerId);
    if (at && alone && drawn && this.#dragged && this.#start) drawn(this.#start, at, size, true);
  }

  /** A drag that ends on a cluster does not press it. */
  click(event: MouseEvent) {
    if (!this.#dragged) return;
    this.#dragged = false;
    event.preventDefault();
    event.stopPropagation();
  }

  wheel(event: WheelEvent) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
    // A pinch on a touchpad comes as a wheel with the control key, in finer steps.
    const by = -event.deltaY * lines / (event.ctrlKey ? 100 : 320);
    const { size } = this.latest();
    this.#show(zoomed(within(this.view.value, size), Math.max(-1, Math.min(1, by)), this.#at(event), size));
  }

  twice(event: MouseEvent) {
    if ((event.target as Element).closest('button')) return;
    const { size } = this.latest();
    this.#show(zoomed(within(this.view.value, size), 1, this.#at(event), size));
  }
}

/** Returns the view after one of two pointers has moved. */
function pinched(view: View, before: Point, at: Point, other: Point, size: Size): View {
  const apart = (point: Point) => Math.max(10, Math.hypot(point.x - other.x, point.y - other.y));
  const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
  const moved = panned(view, (at.x - before.x) / 2, (at.y - before.y) / 2);
  return zoomed(moved, Math.log2(apart(at) / apart(before)), middle, size);
}
