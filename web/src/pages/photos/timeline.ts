/** The timeline: the months of all photos, and those of them that are loaded. */

import { computed, signal } from '@preact/signals';
import {
  answer, api, PagedList, PhotoSet, Selection, type Month, type Photo,
} from '../../shell';

/** Months of one request: forty years. */
const MONTHS = 500;
/** Photos of one request. */
const PAGE = 200;
/** The month before a run is loaded when a photo is less than this from its beginning. */
const NEAR = 50;

export class Timeline {
  readonly months = new PagedList<Month>(
    (cursor) => answer(api.GET('/v1/timeline/buckets', { params: { query: { limit: MONTHS, cursor } } })),
  );
  readonly selection = new Selection();
  readonly #loaded = signal<ReadonlyMap<string, PhotoSet>>(new Map());

  /** The number of all photos. */
  readonly total = computed(() => this.months.items.value.reduce((sum, one) => sum + one.photos, 0));

  /** Returns the photos of a month as far as they are loaded, or `undefined`. */
  photosOf(month: string): PhotoSet | undefined {
    return this.#loaded.value.get(month);
  }

  /** Loads a month, or more of it. */
  load(month: string): Promise<void> {
    return this.#of(month).list.more();
  }

  /** Loads more of a month, unless that has failed before, or there is none. */
  need(month: string) {
    const list = this.photosOf(month)?.list;
    if (!list?.complete.value && !list?.failure.value) this.load(month);
  }

  #of(month: string): PhotoSet {
    const known = this.#loaded.peek().get(month);
    if (known) return known;
    const photos = new PhotoSet((cursor) => {
      const params = { path: { month }, query: { limit: PAGE, cursor } };
      return answer(api.GET('/v1/timeline/{month}', { params }));
    });
    this.#loaded.value = new Map(this.#loaded.peek()).set(month, photos);
    return photos;
  }

  /** The loaded months in whole around a photo, whose neighbours are thereby known. */
  runAround(photo: string): Run {
    const months = this.months.items.value;
    const at = months.findIndex(({ month }) => this.#has(month, photo));
    if (at < 0) return { photos: [], offset: 0, next: undefined, previous: undefined };
    let first = at;
    while (first > 0 && this.#whole(months[first - 1]!.month)) first -= 1;
    let last = at;
    while (this.#whole(months[last]!.month) && this.photosOf(months[last + 1]?.month ?? '')) last += 1;
    const run = months.slice(first, last + 1);
    const photos = run.flatMap(({ month }) => this.photosOf(month)?.ready.value ?? []);
    const before = months.slice(0, first);
    const offset = before.reduce((sum, one) => sum + one.photos, 0);
    const end = this.#whole(months[last]!.month) ? months[last + 1] : months[last];
    // All newer months would come else, one after the other.
    const isNear = photos.slice(0, NEAR).some(({ id }) => id === photo);
    const previous = isNear ? months[first - 1]?.month : undefined;
    return { photos, offset, next: end?.month, previous };
  }

  #has(month: string, photo: string): boolean {
    return this.photosOf(month)?.ready.value.some(({ id }) => id === photo) ?? false;
  }

  #whole(month: string): boolean {
    return this.photosOf(month)?.list.complete.value ?? false;
  }

  put(photo: Photo) {
    for (const set of this.#loaded.peek().values()) {
      if (set.all.peek().some(({ id }) => id === photo.id)) set.put(photo);
    }
  }

  /** Takes photos out of all months; the function that is returned puts them back. */
  take(ids: ReadonlySet<string>): () => void {
    const undone = [...this.#loaded.peek().values()].map((set) => set.take(ids));
    return () => undone.forEach((putBack) => putBack());
  }

  /** All photos that are loaded, in their order. */
  readonly all = computed(() => this.months.items.value.flatMap(
    ({ month }) => this.photosOf(month)?.all.value ?? [],
  ));

  readonly ready = computed(() => this.all.value.filter(({ status }) => status === 'ready'));

  close() {
    for (const set of this.#loaded.peek().values()) set.close();
  }
}

/** Photos without a gap. */
export interface Run {
  photos: Photo[];
  /** The number of photos before the first. */
  offset: number;
  /** The month to load for those after the last; `undefined` at the end. */
  next: string | undefined;
  /** The month to load for those before the first, all of it; `undefined` while the photo is far from them. */
  previous: string | undefined;
}
