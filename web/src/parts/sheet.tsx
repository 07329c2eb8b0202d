/**
 * A sheet of photos in justified rows. Only the tiles near the window are in the document, so that
 * ten thousand photos scroll like ten. One tab stop; arrow keys move inside.
 */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { followWindow } from '../core/follow-window';
import { text } from '../i18n';
import { layoutOf, visibleRange, type Layout } from '../photos/justified';
import type { Selection } from '../photos/selection';
import { useRubberBand } from './rubber-band';
import { Tile, type Shown, type TileActions } from './tile';

/** How long photos in view have processor and line to themselves, in milliseconds. */
const AROUND_LATER = 400;
/** Room for the bar above, in CSS pixels. */
const HEADROOM = 80;

interface Props {
  photos: Shown[];
  /** The number of photos with those that are not loaded yet; that of `photos` where it is not known. */
  total?: number;
  hrefOf: (photo: Shown) => string;
  open: (photo: Shown) => void;
  selection?: Selection;
  /** The photo to bring into view and focus, for when the viewer closes. */
  focus?: string | null;
  label?: string;
}

export function Sheet({ photos, total = photos.length, hrefOf, open, selection, focus = null, label }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const width = useWidth(list);
  const layout = layoutOf(photos, width);
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
  const actions = useActions({ open: clicked, toggle: choose, press: ({ id }) => selection?.toggle(id) });
  const tiles = photos.slice(range.from, range.to).map((photo, offset) => {
    const index = range.from + offset;
    return (
      <Tile key={photo.id} photo={photo} box={layout.boxes[index]!} position={index}
        of={total} href={hrefOf(photo)} focusable={index === at}
        chosen={selection?.chosen.value.has(photo.id)} actions={actions} />
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

/** Returns the same actions for as long as the sheet is there: with others each tile would be drawn again. */
function useActions(now: TileActions): TileActions {
  const latest = useRef(now);
  latest.current = now;
  return useMemo(() => ({
    open: (event, photo) => latest.current.open(event, photo),
    toggle: (event, photo) => latest.current.toggle(event, photo),
    press: (photo) => latest.current.press(photo),
  }), []);
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

/** Returns the photos in view and, a moment later, those one window around it. */
function useRange(ref: { current: HTMLElement | null }, layout: Layout) {
  const [range, setRange] = useState({ from: 0, to: 0 });
  /** How far out of view photos are drawn, in windows. */
  const margin = useRef(0);
  useLayoutEffect(() => {
    const look = () => {
      if (!ref.current) return;
      const top = -ref.current.getBoundingClientRect().top;
      const around = margin.current * innerHeight;
      const next = visibleRange(layout.rows, top - around, top + innerHeight + around);
      setRange((old) => (old.from === next.from && old.to === next.to ? old : next));
    };
    const lookAround = () => {
      margin.current = 1;
      look();
    };
    look();
    const timer = setTimeout(lookAround, AROUND_LATER);
    const unfollow = followWindow(lookAround);
    return () => {
      clearTimeout(timer);
      unfollow();
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
