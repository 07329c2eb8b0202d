/**
 * A sheet of photos in justified rows. Only the tiles near the window are in the document, so that
 * ten thousand photos scroll like ten. One tab stop; arrow keys move inside.
 */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { text } from '../i18n';
import { justify, shapeOf, visibleRange, type Layout } from '../photos/justified';
import type { Selection } from '../photos/selection';
import { useRubberBand } from './rubber-band';
import { Tile, type Shown } from './tile';

const GAP = 6;
/** Room for the bar above, in CSS pixels. */
const HEADROOM = 80;

/** Two or three landscapes abreast on a phone, five or six on a desktop; CSS pixels. */
export function rowHeightFor(width: number): number {
  return width < 520 ? 132 : Math.min(250, Math.max(170, width / 5.8));
}

interface Props {
  photos: Shown[];
  hrefOf: (photo: Shown) => string;
  open: (photo: Shown) => void;
  selection?: Selection;
  /** The photo to bring into view and focus, for when the viewer closes. */
  focus?: string | null;
  label?: string;
}

export function Sheet({ photos, hrefOf, open, selection, focus = null, label }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const width = useWidth(list);
  const layout = useMemo(() => {
    const shapes = photos.map(shapeOf);
    return justify(shapes, { width, rowHeight: rowHeightFor(width), gap: GAP });
  }, [photos, width]);
  const range = useRange(list, layout);
  const drag = useRubberBand({ list, layout, photos }, selection);
  const [current, setCurrent] = useState<string | null>(null);
  const found = photos.findIndex(({ id }) => id === current);
  const at = Math.max(0, found);

  const moveTo = (index: number) => {
    const photo = photos[index];
    const box = layout.boxes[index];
    if (!list.current || !photo || !box) return;
    scrollIntoWindow(list.current.getBoundingClientRect().top + box.top, box.height);
    setCurrent(photo.id);
    requestAnimationFrame(() => focusTile(list.current, photo.id));
  };
  useEffect(() => {
    if (focus) moveTo(photos.findIndex(({ id }) => id === focus));
  }, [focus]);

  const pressed = (event: KeyboardEvent) => {
    const wholly = (event.ctrlKey || event.metaKey) && event.key === 'a';
    if (wholly && selection) {
      event.preventDefault();
      selection.choose([...selection.chosen.value, ...photos.map(({ id }) => id)]);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const photo = photos[at];
    if ((event.key === ' ' || event.key === 'x') && selection && photo) {
      event.preventDefault();
      if (event.shiftKey) selection.extend(photo.id, photos);
      else selection.toggle(photo.id);
      return;
    }
    const target = stepOf(event.key, layout, at);
    if (target === null) return;
    event.preventDefault();
    const to = photos[target];
    if (event.shiftKey && selection && photo && to) {
      if (!selection.active.value) selection.toggle(photo.id);
      selection.extend(to.id, photos);
    }
    moveTo(target);
  };
  const choose = (event: MouseEvent, photo: Shown) => {
    if (event.shiftKey) selection?.extend(photo.id, photos);
    else selection?.toggle(photo.id);
  };
  const clicked = (event: MouseEvent, photo: Shown) => {
    const choosing = selection && (selection.active.value || event.shiftKey);
    if (!choosing && (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0)) return;
    event.preventDefault();
    if (choosing) choose(event, photo);
    else open(photo);
  };
  const tiles = photos.slice(range.from, range.to).map((photo, offset) => {
    const index = range.from + offset;
    return (
      <Tile key={photo.id} photo={photo} box={layout.boxes[index]!} position={index}
        of={photos.length} href={hrefOf(photo)} focusable={index === at}
        chosen={selection?.chosen.value.has(photo.id)}
        open={(event) => clicked(event, photo)} toggle={(event) => choose(event, photo)}
        press={() => selection?.toggle(photo.id)} />
    );
  });
  const focused = (event: FocusEvent) => {
    const tile = (event.target as Element).closest<HTMLElement>('.tile');
    if (tile?.dataset.photo) setCurrent(tile.dataset.photo);
  };
  return (
    <ul class={`sheet ${selection?.active.value ? 'is-choosing' : ''}`} role="list" ref={list}
      aria-label={label ?? text.photo.list} style={{ height: `${layout.height}px` }}
      onKeyDown={pressed} onPointerDown={drag} onFocusIn={focused}>
      {tiles}
    </ul>
  );
}

/** Returns the width of an element, in whole CSS pixels, and follows it. */
export function useWidth(ref: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    setWidth(Math.floor(element.clientWidth));
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Returns the photos in and one window around view. */
function useRange(ref: { current: HTMLElement | null }, layout: Layout) {
  const [range, setRange] = useState({ from: 0, to: 0 });
  useLayoutEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      if (!ref.current) return;
      const top = -ref.current.getBoundingClientRect().top;
      const next = visibleRange(layout.rows, top - innerHeight, top + 2 * innerHeight);
      setRange((old) => (old.from === next.from && old.to === next.to ? old : next));
    };
    const soon = () => { frame ||= requestAnimationFrame(look); };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [layout]);
  return { from: range.from, to: Math.min(range.to, layout.boxes.length) };
}

function scrollIntoWindow(top: number, height: number) {
  const below = top + height - innerHeight + 20;
  if (top < HEADROOM) scrollBy({ top: top - HEADROOM, behavior: 'instant' });
  else if (below > 0) scrollBy({ top: below, behavior: 'instant' });
}

function focusTile(list: HTMLElement | null, photo: string) {
  const tile = list?.querySelector<HTMLElement>(`[data-photo="${photo}"] .tile-link`);
  tile?.focus({ preventScroll: true });
}

/** Returns the photo that a key leads to, or `null` for a key that leads nowhere. */
function stepOf(key: string, layout: Layout, at: number): number | null {
  const last = layout.boxes.length - 1;
  const steps: Record<string, () => number> = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    ArrowUp: () => beside(layout, at, -1),
    ArrowDown: () => beside(layout, at, 1),
    Home: () => 0,
    End: () => last,
  };
  const step = steps[key];
  return step ? Math.min(last, Math.max(0, step())) : null;
}

/** Returns the photo above or below another. */
function beside({ rows, boxes }: Layout, at: number, direction: number): number {
  const row = rows[rows.findIndex(({ from, to }) => from <= at && at < to) + direction];
  const own = boxes[at];
  if (!row || !own) return at;
  const middle = own.left + own.width / 2;
  let index = row.from;
  while (index + 1 < row.to && boxes[index]!.left + boxes[index]!.width < middle) index += 1;
  return index;
}
