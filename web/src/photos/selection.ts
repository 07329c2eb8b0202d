/** The photos that are chosen on a sheet. */

import { computed, signal } from '@preact/signals';

export class Selection {
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  readonly count = computed(() => this.chosen.value.size);
  /** True while a click chooses instead of opening. */
  readonly active = computed(() => this.chosen.value.size > 0);
  /** The photo that a range begins at. */
  #anchor: string | null = null;

  /** Chooses a photo, or no longer. */
  toggle(id: string) {
    const next = new Set(this.chosen.value);
    if (!next.delete(id)) next.add(id);
    this.#anchor = id;
    this.chosen.value = next;
  }

  /** Chooses all from the one that was last touched to this one, in the order of the sheet. */
  extend(id: string, order: readonly { id: string }[]) {
    const from = order.findIndex((photo) => photo.id === this.#anchor);
    const to = order.findIndex((photo) => photo.id === id);
    if (from < 0 || to < 0) {
      this.toggle(id);
      return;
    }
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.chosen.value = new Set([...this.chosen.value, ...range.map((photo) => photo.id)]);
  }

  /** Chooses these and no others. */
  choose(ids: Iterable<string>) {
    this.chosen.value = new Set(ids);
  }

  all(order: readonly { id: string }[]) {
    this.choose(order.map(({ id }) => id));
  }

  clear() {
    this.chosen.value = new Set();
    this.#anchor = null;
  }
}
