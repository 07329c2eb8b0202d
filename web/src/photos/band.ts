/**
 * A rectangle that a mouse draws over sheets, and the photos under it. Sheets register under their
 * selection, so that a rectangle reaches over the months of a timeline.
 */

import type { Box } from './justified';
import type { Selection } from './selection';

/** A rectangle of the page, in CSS pixels from its beginning. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Point {
  x: number;
  y: number;
}

/** What a rectangle asks of a sheet: the photos that it touches. */
export type Touched = (area: Area) => string[];

const sheets = new WeakMap<Selection, Set<Touched>>();

/** Adds a sheet; the function that is returned takes it away. */
export function addSheet(selection: Selection, touched: Touched): () => void {
  const all = sheets.get(selection) ?? new Set();
  sheets.set(selection, all.add(touched));
  return () => { all.delete(touched); };
}

/** Returns the boxes of a sheet that an area of that sheet touches. */
export function touchedBoxes(boxes: readonly Box[], { left, top, right, bottom }: Area): number[] {
  const found: number[] = [];
  boxes.forEach((box, index) => {
    const across = box.left < right && box.left + box.width > left;
    if (across && box.top < bottom && box.top + box.height > top) found.push(index);
  });
  return found;
}

/** A rectangle that is being drawn. */
export class Band {
  readonly #base: ReadonlySet<string>;
  /** What was found of each sheet, which may have been scrolled out of the document since. */
  readonly #found = new Map<Touched, string[]>();

  /** `keep` leaves chosen what is. */
  constructor(private readonly selection: Selection, private readonly start: Point, keep: boolean) {
    this.#base = new Set(keep ? selection.chosen.value : []);
  }

  /** Draws it to a point; returns its area. */
  reach(to: Point): Area {
    const { start } = this;
    const area = {
      left: Math.min(start.x, to.x), right: Math.max(start.x, to.x),
      top: Math.min(start.y, to.y), bottom: Math.max(start.y, to.y),
    };
    for (const touched of sheets.get(this.selection) ?? []) this.#found.set(touched, touched(area));
    this.selection.choose([...this.#base, ...[...this.#found.values()].flat()]);
    return area;
  }

  /** Takes it back. */
  cancel() {
    this.selection.choose(this.#base);
  }
}
