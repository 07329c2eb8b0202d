/** Where each month stands on the page, loaded or not. Lengths are CSS pixels. */

import type { Month } from '../../api/types';
import { guessedHeight, layoutOf } from '../../photos/justified';
import type { Timeline } from './timeline';

/** The heading of a month, with the room around it. */
export const HEADING = 68;

export interface Place extends Month {
  top: number;
  height: number;
  /** As much of the height as is loaded. */
  filled: number;
}

/** Returns the height of a month, and how much of it is loaded. */
function heightsOf(timeline: Timeline, { month, photos }: Month, width: number) {
  const set = timeline.photosOf(month);
  const shown = set?.shown.value ?? [];
  if (!set || shown.length === 0) return { height: HEADING + guessedHeight(photos, width), filled: HEADING };
  const filled = HEADING + layoutOf(shown, width).height;
  const rest = set.list.complete.value ? 0 : photos - shown.length;
  return { height: filled + guessedHeight(rest, width), filled };
}

/** Returns the months from top to bottom. */
export function placesOf(timeline: Timeline, width: number): Place[] {
  let top = 0;
  return timeline.months.items.value.map((month) => {
    const place = { ...month, top, ...heightsOf(timeline, month, width) };
    top += place.height;
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

/** A spot of a month, which it stays however high the months above turn out to be. */
export interface Spot {
  month: string;
  /** The distance from the beginning of the month. */
  below: number;
}

/** Returns the spot at a position, or `null` without months. */
export function spotAt(places: readonly Place[], position: number): Spot | null {
  const place = places[placeAt(places, position)];
  return place ? { month: place.month, below: position - place.top } : null;
}

/** Returns the position of a spot, that of the next older month if its own is gone, or `null` if there is none. */
export function positionOf(places: readonly Place[], { month, below }: Spot): number | null {
  const place = places.find((one) => one.month <= month);
  if (!place) return null;
  if (place.month !== month) return place.top;
  // A month whose photos have not come yet may be thought lower than it is.
  return place.top + Math.min(below, place.height - HEADING);
}

/** Returns the months of which more is needed before the bottom of what is drawn is reached. */
export function missing(places: readonly Place[], top: number, bottom: number): Place[] {
  const some = places.slice(placeAt(places, top), placeAt(places, bottom) + 1);
  return some.filter((place) => place.filled < place.height && place.top + place.filled < bottom);
}

/** Returns the start of a part of `most` pixels that has a position in its middle, or as near as the ends allow. */
export function startAround(position: number, whole: number, most: number): number {
  return Math.max(0, Math.min(position - most / 2, whole - most));
}
