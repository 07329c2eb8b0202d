/**
 * The part of a long timeline that the window scrolls over. Browsers make nothing higher than 17 or
 * 33 million pixels, which are the months of some hundred thousand photos on a phone, so the page is
 * at most so high, and stands for another part of the whole when its end comes near.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { startAround } from './places';

/** The most height, in CSS pixels. */
const MOST = 4_000_000;
/** So near to an end it moves. */
const NEAR = 100_000;
/** Browsers scroll to whole pixels: what somebody went to may begin one below the top. */
export const ROUNDED = 1;

export interface Runway {
  height: number;
  /** Its beginning, in pixels of the whole. */
  start: number;
  /** Brings a position of the whole to the top of the window. */
  go: (position: number) => void;
  /** Returns the position at the top of the window, or the one that is on its way there. */
  top: () => number;
  /** Sees to it that there is something to scroll to. */
  extend: () => void;
}

export function useRunway(box: { current: HTMLElement | null }, whole: number): Runway {
  const [start, setStart] = useState(0);
  const wanted = useRef<number | null>(null);
  // The whole may turn out less than it was thought to be.
  const height = Math.min(whole - start, MOST);
  const inWindow = () => -(box.current?.getBoundingClientRect().top ?? 0);
  const isNearEnd = (place: number) => (
    (place < NEAR && start > 0) || (place > height - NEAR && start + height < whole));
  const scrollToWanted = () => {
    if (wanted.current === null) return;
    scrollBy({ top: wanted.current - start - inWindow(), behavior: 'instant' });
    wanted.current = null;
  };
  useLayoutEffect(scrollToWanted, [start]);
  const bring = (position: number) => {
    wanted.current = position;
    const next = isNearEnd(position - start) ? startAround(position, whole, MOST) : start;
    // Also where it stays: another may have been on its way.
    setStart(next);
    if (next === start) scrollToWanted();
  };
  const extend = () => {
    const place = inWindow();
    if (isNearEnd(place) && wanted.current === null) bring(place + start);
  };
  return { height, start, go: bring, top: () => wanted.current ?? inWindow() + start, extend };
}
