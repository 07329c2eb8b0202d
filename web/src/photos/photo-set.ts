/** The photos of a list in their order: what the API lists, and what has changed since. */

import { computed, signal } from '@preact/signals';
import type { Photo } from '../api/types';
import { PagedList, type Load } from '../core/paged';
import { settle } from '../uploads/uploader';
import { keys } from './media';
import { newestFirst } from './order';

export class PhotoSet {
  readonly list: PagedList<Photo>;
  /** What changed since it was listed; `null` for what is gone. */
  readonly #changed = signal<ReadonlyMap<string, Photo | null>>(new Map());
  readonly #stop = new AbortController();

  /** All, newest first. */
  readonly all = computed(() => {
    const photos = new Map<string, Photo>();
    for (const photo of this.list.items.value) photos.set(photo.id, photo);
    // The API lists them in this order. To see that of ten thousand takes longer than a frame.
    if (this.#changed.value.size === 0) return [...photos.values()];
    for (const [id, photo] of this.#changed.value) {
      if (photo) photos.set(id, photo);
      else photos.delete(id);
    }
    return [...photos.values()].sort(newestFirst);
  });

  /** Those on a sheet: the others have no bytes yet. */
  readonly shown = computed(() => this.all.value.filter(({ status }) => status !== 'pending'));

  /** Those that can be looked at. */
  readonly ready = computed(() => this.all.value.filter(({ status }) => status === 'ready'));

  constructor(load: Load<Photo>) {
    this.list = new PagedList(load, (page) => {
      keys.adopt(page.media, page.items);
      for (const photo of page.items) if (photo.status === 'processing') this.#await(photo);
    });
  }

  /** Waits for a photo that another tab or device has sent. */
  async #await(photo: Photo) {
    try {
      this.put(await settle(photo, this.#stop.signal));
    } catch {
      // It stays as it was listed.
    }
  }

  /** Puts a photo in, in place of what was listed under its id. */
  put(photo: Photo) {
    this.#changed.value = new Map(this.#changed.value).set(photo.id, photo);
  }

  /** Takes photos out; the function that is returned puts them back. */
  take(ids: ReadonlySet<string>): () => void {
    const before = this.all.value.filter(({ id }) => ids.has(id));
    const changed = new Map(this.#changed.value);
    for (const id of ids) changed.set(id, null);
    this.#changed.value = changed;
    return () => {
      for (const photo of before) this.put(photo);
    };
  }

  /** Ends all waiting. */
  close() {
    this.#stop.abort();
  }
}
