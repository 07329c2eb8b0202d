/** Where each month stands on the page, loaded or not. Lengths are CSS pixels. */

import { justify, rowHeightFor, shapeOf, type Month } from '../../shell';
import type { Timeline } from './timeline';

const GAP = 6;
/** The heading of a month, with the room around it. */
export const HEADING = 68;
/** Width over height that photos not yet loaded are thought to have. */
const USUAL = 1.35;

export interface Place extends Month {
  top: number;
  height: number;
}

/** Guesses the height of photos that are not loaded. */
export function guess(photos: number, width: number): number {
  if (photos <= 0 || width <= 0) return 0;
  const rowHeight = rowHeightFor(width);
  const perRow = Math.max(1, Math.floor(width / (rowHeight * USUAL + GAP)));
  return Math.ceil(photos / perRow) * (rowHeight + GAP);
}

function heightOf(timeline: Timeline, { month, photos }: Month, width: number): number {
  const set = timeline.photosOf(month);
  const shown = set?.shown.value ?? [];
  if (!set || shown.length === 0) return HEADING + guess(photos, width);
  const { height } = justify(shown.map(shapeOf), { width, rowHeight: rowHeightFor(width), gap: GAP });
  const rest = set.list.complete.value ? 0 : photos - shown.length;
  return HEADING + height + guess(rest, width);
}

/** Returns the months from top to bottom. */
export function placesOf(timeline: Timeline, width: number): Place[] {
  let top = 0;
  return timeline.months.items.value.map((month) => {
    const height = heightOf(timeline, month, width);
    const place = { ...month, top, height };
    top += height;
    return place;
  });
}

/** Returns the place that holds a position, by halving. */
export function placeAt(places: readonly Place[], position: number): number {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (places[middle]!.top <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
