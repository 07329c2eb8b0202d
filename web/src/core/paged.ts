/** A list of the API, loaded page after page. */

import { computed, signal } from '@preact/signals';
import type { Page } from '../api/types';
import { attempt, logMistake } from './messages';

/** Loads a page: the first one without a cursor. */
export type Load<Item> = (cursor: string | undefined) => Promise<Page<Item>>;

export class PagedList<Item> {
  readonly items = signal<Item[]>([]);
  /** The cursor of the next page; `undefined` before the first, `null` after the last. */
  readonly next = signal<string | null | undefined>(undefined);
  readonly failure = signal<unknown>(null);
  /** True once the first page is there. */
  readonly started = computed(() => this.next.value !== undefined);
  readonly complete = computed(() => this.next.value === null);
  #running: Promise<void> | null = null;
  #generation = 0;

  constructor(
    private readonly load: Load<Item>,
    private readonly arrived: (page: Page<Item>) => void = () => {},
  ) {}

  /** Loads the next page, unless it is loading already or there is none. */
  more(): Promise<void> {
    if (this.next.value === null) return Promise.resolve();
    this.#running ??= this.#step(this.next.value).finally(() => { this.#running = null; });
    return this.#running;
  }

  /** Loads the list anew from its beginning; what is there stays until then. */
  async reload() {
    this.#generation += 1;
    await this.#running;
    this.#running = this.#step(undefined).finally(() => { this.#running = null; });
    await this.#running;
  }

  async #step(cursor: string | undefined) {
    const generation = this.#generation;
    this.failure.value = null;
    try {
      const page = await this.load(cursor);
      if (generation !== this.#generation) return;
      this.arrived(page);
      this.items.value = cursor === undefined ? page.items : [...this.items.value, ...page.items];
      this.next.value = page.next ?? null;
    } catch (error) {
      logMistake(error);
      if (generation === this.#generation) this.failure.value = error;
    }
  }

  /** Does something to an item, and says so when it fails: the list is then loaded anew, as it may have changed. */
  async attempt(act: () => Promise<unknown>) {
    if (!await attempt(act)) await this.reload();
  }

  /** Takes items out of the list. */
  drop(gone: (item: Item) => boolean) {
    this.items.value = this.items.value.filter((item) => !gone(item));
  }

  /** Puts another in the place of an item. */
  change(wanted: (item: Item) => boolean, to: (item: Item) => Item) {
    this.items.value = this.items.value.map((item) => (wanted(item) ? to(item) : item));
  }
}
