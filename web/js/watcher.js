/**
 * Waits for photos that are being processed. It asks less and less often while nothing happens,
 * about a few photos at a time, and not at all while the tab is hidden.
 */

/** Photos asked about at once. */
const BATCH = 6;
/** First and longest wait between two rounds, in milliseconds. */
const SOON = 700;
const LATE = 10_000;

export class Watcher {
  #load;
  #page;
  #waiting = new Map();
  #timer = null;
  #wait = SOON;
  #asking = false;

  /** `load(photo id) → photo`; `page` is the document, for its visibility. */
  constructor(load, page = document) {
    this.#load = load;
    this.#page = page;
    page.addEventListener('visibilitychange', () => this.#wake());
  }

  /** Resolves with the photo once it is `ready` or `failed`. */
  settled(photo, signal) {
    if (isSettled(photo)) return Promise.resolve(photo);
    return new Promise((resolve, reject) => {
      const entry = this.#waiting.get(photo.id) ?? { callers: [], failures: 0 };
      entry.callers.push({ resolve, reject });
      this.#waiting.set(photo.id, entry);
      signal?.addEventListener('abort', () => this.#waiting.delete(photo.id));
      // A stream of new photos must not put the next round off for ever.
      if (this.#timer === null || this.#wait > SOON) this.#wake();
    });
  }

  #wake() {
    if (this.#asking) this.#wait = SOON;
    else this.#schedule(SOON);
  }

  #schedule(wait) {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#wait = wait;
    if (this.#waiting.size === 0 || this.#page.hidden) return;
    this.#timer = setTimeout(() => this.#round(), wait);
  }

  async #round() {
    this.#timer = null;
    this.#asking = true;
    const batch = [...this.#waiting].slice(0, BATCH);
    const outcomes = await Promise.all(batch.map(([id, entry]) => this.#ask(id, entry)));
    this.#asking = false;
    this.#schedule(outcomes.includes(true) ? SOON : Math.min(LATE, this.#wait * 1.5));
  }

  /** Whether something came of it. */
  async #ask(id, entry) {
    try {
      const photo = await this.#load(id);
      if (!isSettled(photo)) return this.#again(id, entry);
      this.#waiting.delete(id);
      for (const { resolve } of entry.callers) resolve(photo);
      return true;
    } catch (error) {
      // A server that is away for a moment says nothing about the photo.
      if (error.passing) return this.#again(id, entry);
      this.#waiting.delete(id);
      for (const { reject } of entry.callers) reject(error);
      return true;
    }
  }

  /** To the end of the line, so that one slow photo does not hide the others. */
  #again(id, entry) {
    if (this.#waiting.delete(id)) this.#waiting.set(id, entry);
    return false;
  }
}

const isSettled = ({ status }) => status === 'ready' || status === 'failed';
