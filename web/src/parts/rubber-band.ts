/** Choosing photos by drawing a rectangle over a sheet with the mouse. */

import { useEffect, useRef } from 'preact/hooks';
import { addSheet, Band, touchedBoxes, type Area } from '../photos/band';
import type { Layout } from '../photos/justified';
import type { Selection } from '../photos/selection';

/** How far the mouse moves before it draws, in CSS pixels. */
const SLACK = 6;
/** How near the window's edge the page begins to scroll, and how fast, in CSS pixels. */
const EDGE = 56;
const SPEED = 14;

interface Sheet {
  list: { current: HTMLElement | null };
  layout: Layout;
  photos: readonly { id: string }[];
}

/** Has a rectangle choose the photos of a sheet. Returns what starts one. */
export function useRubberBand({ list, layout, photos }: Sheet, selection: Selection | undefined) {
  const latest = useRef({ layout, photos });
  latest.current = { layout, photos };
  useEffect(() => {
    if (!selection) return undefined;
    return addSheet(selection, (area) => {
      const box = list.current?.getBoundingClientRect();
      if (!box) return [];
      const [x, y] = [box.left + scrollX, box.top + scrollY];
      const own = { left: area.left - x, right: area.right - x, top: area.top - y, bottom: area.bottom - y };
      return touchedBoxes(latest.current.layout.boxes, own).map((index) => latest.current.photos[index]!.id);
    });
  }, [selection]);
  return (event: PointerEvent) => {
    const choosing = (event.target as Element).closest('.tile-choose');
    if (!selection || choosing || event.pointerType !== 'mouse' || event.button !== 0) return;
    follow(event, selection);
  };
}

/** Follows the mouse until its button is up, or Escape takes the rectangle back. */
function follow(down: PointerEvent, selection: Selection) {
  const start = { x: down.clientX + scrollX, y: down.clientY + scrollY };
  const keep = down.shiftKey || down.ctrlKey || down.metaKey;
  const undo = new AbortController();
  const options = { signal: undo.signal };
  let last: PointerEvent = down;
  let drawing: { band: Band; shape: HTMLElement } | null = null;
  let frame = 0;
  const draw = () => {
    const to = { x: last.clientX + scrollX, y: last.clientY + scrollY };
    if (!drawing && Math.hypot(to.x - start.x, to.y - start.y) < SLACK) return;
    drawing ??= { band: new Band(selection, start, keep), shape: shape() };
    show(drawing.shape, drawing.band.reach(to));
  };
  const scroll = () => {
    const by = drawing ? pull(last.clientY) : 0;
    if (by !== 0) {
      scrollBy({ top: by, behavior: 'instant' });
      draw();
    }
    frame = requestAnimationFrame(scroll);
  };
  const end = () => {
    cancelAnimationFrame(frame);
    undo.abort();
    drawing?.shape.remove();
    if (drawing) swallowClick();
  };
  frame = requestAnimationFrame(scroll);
  addEventListener('pointermove', (event) => {
    last = event;
    draw();
  }, options);
  addEventListener('pointerup', end, options);
  addEventListener('pointercancel', end, options);
  // A link that is dragged would be taken for a link.
  addEventListener('dragstart', (event) => event.preventDefault(), options);
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    drawing?.band.cancel();
    end();
  }, { ...options, capture: true });
}

/** Returns how far the page is to scroll with the mouse there, in a frame. */
function pull(y: number): number {
  if (y < EDGE) return -SPEED;
  return y > innerHeight - EDGE ? SPEED : 0;
}

function shape(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'rubber-band';
  document.body.append(element);
  return element;
}

function show(element: HTMLElement, { left, top, right, bottom }: Area) {
  element.style.transform = `translate(${left}px, ${top}px)`;
  element.style.width = `${right - left}px`;
  element.style.height = `${bottom - top}px`;
}

/** The click that ends a drag opens nothing. */
function swallowClick() {
  const undo = new AbortController();
  addEventListener('click', (event) => {
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true, signal: undo.signal });
  setTimeout(() => undo.abort());
}
