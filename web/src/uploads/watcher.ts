/**
 * Waits for photos that are being processed. It asks less and less often while nothing happens,
 * about a few photos at a time, and not at all while the tab is hidden.
 */

import { isPassing } from '../api/problems';
import type { Photo, PhotoWithMedia } from '../api/types';

/** Photos asked about at once. */
const BATCH = 6;
/** First and longest wait between two rounds, in milliseconds. */
const SOON = 700;
const LATE = 10_000;

type Settled = Photo | PhotoWithMedia;
type Load = (photo: string) => Promise<Settled>;

interface Caller {
  resolve: (photo: Settled) => void;
  reject: (error: unknown) => void;
}

export class Watcher {
  #load: Load;
  #page: Document;
  #waiting = new Map<string, Caller[]>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #wait = SOON;
  #asking = false;

  /** `load(photo id) → photo`; `page` is the document, for its visibility. */
  constructor(load: Load, page: Document = document) {
    this.#load = load;
    this.#page = page;
    page.addEventListener('visibilitychange', () => this.#wake());
  }

  /** Resolves with the photo once it is `ready` or `failed`. */
  settled(photo: Photo, signal?: AbortSignal): Promise<Settled> {
    if (isSettled(photo)) return Promise.resolve(photo);
    return new Promise((resolve, reject) => {
      const callers = this.#waiting.get(photo.id) ?? [];
      callers.push({ resolve, reject });
      this.#waiting.set(photo.id, callers);
      signal?.addEventListener('abort', () => this.#waiting.delete(photo.id));
      // A stream of new photos must not put the next round off for ever.
      if (this.#timer === null || this.#wait > SOON) this.#wake();
    });
  }

  #wake() {
    if (this.#asking) this.#wait = SOON;
    else this.#schedule(SOON);
  }

  #schedule(wait: number) {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    this.#wait = wait;
    if (this.#waiting.size === 0 || this.#page.hidden) return;
    this.#timer = setTimeout(() => this.#round(), wait);
  }

  async #round() {
    this.#timer = null;
    this.#asking = true;
    const batch = [...this.#waiting].slice(0, BATCH);
    const outcomes = await Promise.all(batch.map(([id, callers]) => this.#ask(id, callers)));
    this.#asking = false;
    this.#schedule(outcomes.includes(true) ? SOON : Math.min(LATE, this.#wait * 1.5));
  }

  /** Resolves with whether something came of it. */
  async #ask(id: string, callers: Caller[]): Promise<boolean> {
    try {
      const photo = await this.#load(id);
      if (!isSettled(photo)) return this.#again(id, callers);
      this.#waiting.delete(id);
      for (const { resolve } of callers) resolve(photo);
      return true;
    } catch (error) {
      // A server that is away for a moment says nothing about the photo.
      if (isPassing(error)) return this.#again(id, callers);
      this.#waiting.delete(id);
      for (const { reject } of callers) reject(error);
      return true;
    }
  }

  /** To the end of the line, so that one slow photo does not hide the others. */
  #again(id: string, callers: Caller[]): boolean {
    if (this.#waiting.delete(id)) this.#waiting.set(id, callers);
    return false;
  }
}

const isSettled = ({ status }: Photo) => status === 'ready' || status === 'failed';
