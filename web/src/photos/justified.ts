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

interface Measures {
  width: number;
  rowHeight: number;
  gap: number;
}

/** Shapes beyond these are cropped in the grid, so that a panorama does not become a thread. */
const NARROWEST = 0.5;
const WIDEST = 3;

/** Width over height as the grid shows it; a photo without a size yet is a square. */
export function shapeOf({ width, height }: { width?: number | null; height?: number | null }) {
  if (!width || !height) return 1;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

/**
 * Lays out photos of the given shapes.
 *
 * Lengths are CSS pixels. Returns `boxes` (`{ left, top, width, height }`, one a photo), `rows`
 * (`{ top, height, from, to }`, `to` exclusive, top to bottom) and the total `height`.
 */
export function justify(shapes: number[], { width, rowHeight, gap }: Measures): Layout {
  const boxes: Box[] = [];
  const rows: Row[] = [];
  let top = 0;
  let from = 0;
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
