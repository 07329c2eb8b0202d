/**
 * Justified rows, as on a contact sheet: every photo keeps its shape, every row but the last is
 * exactly as wide as the page, and all rows are about equally high.
 */

/** A place on the sheet, in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A row of the sheet: the photos `from` to `to`, exclusive. */
export interface Row {
  top: number;
  height: number;
  from: number;
  to: number;
}

export interface Layout {
  boxes: Box[];
  rows: Row[];
  height: number;
}

const NOTHING: Layout = { boxes: [], rows: [], height: 0 };

interface Measures {
  width: number;
  rowHeight: number;
  gap: number;
}

/** Between photos. */
const GAP = 6;

/** Two or three landscapes abreast on a phone, five or six on a desktop; CSS pixels. */
export function rowHeightFor(width: number): number {
  return width < 520 ? 132 : Math.min(250, Math.max(170, width / 5.8));
}

/** Returns the height of photos of usual shapes, whose own are not known yet. */
export function guessedHeight(photos: number, width: number): number {
  if (photos <= 0 || width <= 0) return 0;
  const rowHeight = rowHeightFor(width);
  const perRow = Math.max(1, Math.floor(width / (rowHeight * USUAL + GAP)));
  return Math.ceil(photos / perRow) * (rowHeight + GAP);
}

type Shaped = Parameters<typeof shapeOf>[0];

interface Known {
  photos: readonly Shaped[];
  width: number;
  layout: Layout;
}

/** The last layout of each list, by its first photo: of a list that has grown, the rows of before stay. */
const layouts = new WeakMap<Shaped, Known>();

/** Lays a list out over a width. Rows that are as before have the same boxes, so that nobody draws them again. */
export function layoutOf(photos: readonly Shaped[], width: number): Layout {
  const [first] = photos;
  if (!first) return NOTHING;
  const known = layouts.get(first);
  const before = known?.width === width ? known : undefined;
  if (before?.photos === photos) return before.layout;
  const measures = { width, rowHeight: rowHeightFor(width), gap: GAP };
  const layout = justify(photos.map(shapeOf), measures, before && keptRows(before, photos));
  layouts.set(first, { photos, width, layout });
  return layout;
}

/** Returns as many rows of a layout as are the same for other photos. */
function keptRows({ photos: old, layout: { boxes, rows } }: Known, photos: readonly Shaped[]): Layout {
  let same = 0;
  while (same < photos.length && old[same] === photos[same]) same += 1;
  // Whether a row is full, the photo behind it decides.
  let kept = rows.length;
  while (kept > 0 && rows[kept - 1]!.to >= same) kept -= 1;
  return { boxes: boxes.slice(0, rows[kept]?.from ?? boxes.length), rows: rows.slice(0, kept), height: 0 };
}

/** Width over height that photos not yet loaded are thought to have. */
const USUAL = 1.35;
/** Shapes beyond these are cropped in the grid, so that a panorama does not become a thread. */
const NARROWEST = 0.5;
const WIDEST = 3;

/** Width over height as the grid shows it; a photo without a size yet is a square. */
export function shapeOf({ width, height }: { width?: number | null; height?: number | null }) {
  if (!width || !height) return 1;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

/**
 * Lays out photos of the given shapes, behind rows that they have already.
 *
 * Lengths are CSS pixels. Returns `boxes` (`{ left, top, width, height }`, one a photo), `rows`
 * (`{ top, height, from, to }`, `to` exclusive, top to bottom) and the total `height`.
 */
export function justify(shapes: number[], { width, rowHeight, gap }: Measures, before = NOTHING): Layout {
  const boxes = [...before.boxes];
  const rows = [...before.rows];
  const last = rows.at(-1);
  let top = last ? last.top + last.height + gap : 0;
  let from = last?.to ?? 0;
  while (from < shapes.length) {
    const { to, height } = nextRow(shapes, from, { width, rowHeight, gap });
    placeRow(boxes, shapes.slice(from, to), { top, height, width, gap });
    rows.push({ top, height, from, to });
    top += height + gap;
    from = to;
  }
  return { boxes, rows, height: Math.max(0, top - gap) };
}

/** Takes photos until the row is full, then keeps the last one only if that fits better. */
function nextRow(shapes: number[], from: number, { width, rowHeight, gap }: Measures) {
  let sum = 0;
  for (let to = from; to < shapes.length; to += 1) {
    const before = to > from ? fitting(sum, to - from, width, gap) : Infinity;
    sum += shapes[to]!;
    const height = fitting(sum, to + 1 - from, width, gap);
    if (height > rowHeight) continue;
    const without = before - rowHeight < rowHeight - height;
    if (without) return { to, height: Math.round(before) };
    return { to: to + 1, height: Math.round(height) };
  }
  // The last row is not stretched.
  return { to: shapes.length, height: rowHeight };
}

function fitting(sumOfShapes: number, count: number, width: number, gap: number): number {
  return (width - gap * (count - 1)) / sumOfShapes;
}

/** Whole pixels, with the rounding spread over the row so that its right edge is exact. */
function placeRow(boxes: Box[], shapes: number[], row: Omit<Box, 'left'> & { gap: number }) {
  const { top, height, width, gap } = row;
  const sum = shapes.reduce((total, shape) => total + shape, 0);
  const natural = sum * height + gap * (shapes.length - 1);
  const full = natural > width * 0.97;
  const scale = full ? (width - gap * (shapes.length - 1)) / sum : height;
  let edge = 0;
  for (const [index, shape] of shapes.entries()) {
    const left = Math.round(edge);
    const last = full && index === shapes.length - 1;
    const right = last ? width : Math.round(edge + shape * scale);
    boxes.push({ left, top, width: right - left, height });
    edge += shape * scale + gap;
  }
}

/** The rows that touch `from`..`to` (pixels from the top), as a range of photo indices. */
export function visibleRange(rows: Row[], from: number, to: number) {
  let first = 0;
  let past = rows.length;
  while (first < past) {
    const middle = (first + past) >> 1;
    if (rows[middle]!.top + rows[middle]!.height < from) first = middle + 1;
    else past = middle;
  }
  let last = first;
  while (last < rows.length && rows[last]!.top <= to) last += 1;
  if (first >= last) return { from: 0, to: 0 };
  return { from: rows[first]!.from, to: rows[last - 1]!.to };
}
