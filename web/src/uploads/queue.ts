/**
 * The upload queue: which file is in which state, and what happens next. It knows no network and
 * no page; both are handed in, so that it can be tested alone.
 *
 *     queued → hashing → announcing → uploading → processing → ready
 *                              └────────────────────┴──────→ duplicate
 *     any of them → failed → (retry) queued
 */

import { isPassing } from '../api/problems';
import type { Photo } from '../api/types';
import { text } from '../i18n';

export type State =
  | 'queued' | 'hashing' | 'announcing' | 'uploading' | 'processing' | 'ready' | 'duplicate'
  | 'failed';

/** States in which nothing more happens by itself. */
const SETTLED = new Set<State>(['ready', 'duplicate', 'failed']);
/** States in which the browser still has work to do, and must not be closed. */
const BUSY = new Set<State>(['queued', 'hashing', 'announcing', 'uploading']);
/** Waits before repeating a step that failed in passing, in milliseconds. */
const PAUSES = [1000, 3000, 8000];

let count = 0;

/** The album that a file goes to. */
export interface Destination {
  id: string;
  title: string;
}

type Progress = (bytes: number) => void;
type Changes = Partial<Pick<Upload, 'state' | 'sent' | 'photo' | 'error' | 'waiting'>>;
type Change = (changes: Changes) => void;
type Listener = (upload: Upload | null) => void;

/** The steps of an upload; `Target` says how the bytes are sent. */
export interface Steps<Target> {
  /** Resolves with the SHA-256 of a file, in hex. */
  hash: (file: File) => Promise<string>;
  /** Announces a file; without `upload` its bytes are there already. */
  announce: (album: string, file: File, sha256: string) => Promise<Announced<Target>>;
  send: (upload: Target, file: File, progress: Progress, signal: AbortSignal) => Promise<void>;
  /** Resolves with the photo once it is ready or failed. */
  settle: (photo: Photo, signal: AbortSignal) => Promise<Photo>;
  pause: (milliseconds: number) => Promise<void>;
}

interface Announced<Target> {
  photo: Photo;
  upload?: Target | null;
}

/** One file on its way. */
export class Upload {
  readonly key: number;
  state: State = 'queued';
  /** Bytes sent so far. */
  sent = 0;
  sha256: string | null = null;
  photo: Photo | null = null;
  error: unknown = null;
  /** True while it waits before trying the same step again. */
  waiting = false;

  /** `album` is the one that it goes to. */
  constructor(readonly file: File, readonly album: Destination) {
    count += 1;
    this.key = count;
  }

  get settled(): boolean {
    return SETTLED.has(this.state);
  }

  get busy(): boolean {
    return BUSY.has(this.state);
  }
}

/** Takes files through the steps. An error that passes is tried again by itself. */
export class UploadQueue<Target> {
  uploads: Upload[] = [];
  #steps: Steps<Target>;
  #lanes: number;
  #running = 0;
  #listeners = new Set<Listener>();
  #stop = new AbortController();

  constructor(steps: Steps<Target>, { lanes = 4 } = {}) {
    this.#steps = steps;
    this.#lanes = lanes;
  }

  /** Calls `listener(upload)` after every change; `null` when the list itself changed. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  }

  #tell(upload: Upload | null) {
    for (const listener of this.#listeners) listener(upload);
  }

  /** Queues files for an album. */
  add(files: File[], album: Destination) {
    for (const file of files) this.uploads.push(new Upload(file, album));
    this.#tell(null);
    this.#fillLanes();
  }

  /** Queues a failed upload again. */
  retry(upload: Upload) {
    if (upload.state !== 'failed') return;
    this.#set(upload, { state: 'queued', error: null, sent: 0, photo: null });
    this.#fillLanes();
  }

  retryFailed() {
    for (const upload of this.uploads) this.retry(upload);
  }

  /** Takes a failed or finished upload, or one that has not begun, off the list. */
  dismiss(upload: Upload) {
    if (!upload.settled && upload.state !== 'queued') return;
    this.uploads = this.uploads.filter((other) => other !== upload);
    this.#tell(null);
  }

  /** Takes everything that is over off the list. */
  dismissSettled() {
    this.uploads = this.uploads.filter((upload) => !upload.settled);
    this.#tell(null);
  }

  /** Stops everything and forgets it. */
  clear() {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.uploads = [];
    this.#tell(null);
  }

  /** Counts and the share of bytes done, over everything on the list. */
  get summary() {
    const all = this.uploads.length;
    const totals = {
      all, done: 0, failed: 0, busy: 0, duplicates: 0, processing: 0, bytes: 0, sent: 0,
    };
    for (const upload of this.uploads) {
      const over = !upload.busy;
      totals.bytes += upload.file.size;
      totals.sent += over ? upload.file.size : upload.sent;
      totals.busy += upload.busy ? 1 : 0;
      totals.failed += upload.state === 'failed' ? 1 : 0;
      totals.duplicates += upload.state === 'duplicate' ? 1 : 0;
      totals.processing += upload.state === 'processing' ? 1 : 0;
      totals.done += upload.state === 'ready' || upload.state === 'duplicate' ? 1 : 0;
    }
    return totals;
  }

  #set(upload: Upload, changes: Changes) {
    Object.assign(upload, changes);
    this.#tell(upload);
  }

  #fillLanes() {
    while (this.#running < this.#lanes) {
      const next = this.uploads.find(({ state }) => state === 'queued');
      if (!next) return;
      this.#running += 1;
      this.#transfer(next, this.#stop.signal).finally(() => {
        this.#running -= 1;
        this.#fillLanes();
      });
    }
  }

  /** Hash, announce, send; waiting for the renditions does not hold the lane. */
  async #transfer(upload: Upload, signal: AbortSignal) {
    const set = (changes: Changes) => {
      if (!signal.aborted) this.#set(upload, changes);
    };
    try {
      if (!upload.sha256) {
        set({ state: 'hashing' });
        upload.sha256 = await this.#steps.hash(upload.file);
        signal.throwIfAborted();
      }
      const known = await this.#deliver(upload, upload.sha256, signal, set);
      if (signal.aborted) return;
      set({ state: 'processing', sent: upload.file.size });
      this.#finish(upload, known, signal, set);
    } catch (error) {
      set({ state: 'failed', error, waiting: false });
    }
  }

  /** Announces and sends, with a few repetitions; resolves with whether the bytes were known. */
  async #deliver(upload: Upload, sha256: string, signal: AbortSignal, set: Change) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        set({ state: 'announcing', waiting: false });
        const announced = await this.#steps.announce(upload.album.id, upload.file, sha256);
        const target = announced.upload;
        set({ photo: announced.photo });
        if (!target || signal.aborted) return !target;
        set({ state: 'uploading', sent: 0 });
        await this.#steps.send(target, upload.file, (sent) => set({ sent }), signal);
        return false;
      } catch (error) {
        const pause = PAUSES[attempt];
        if (!isPassing(error) || pause === undefined || signal.aborted) throw error;
        set({ waiting: true, sent: 0 });
        await this.#steps.pause(Math.max(pause, askedPause(error)));
        // Somebody else may be signed in by now.
        signal.throwIfAborted();
      }
    }
  }

  async #finish(upload: Upload, known: boolean, signal: AbortSignal, set: Change) {
    if (!upload.photo) return;
    try {
      const photo = await this.#steps.settle(upload.photo, signal);
      if (photo.status === 'failed') set({ state: 'failed', photo, error: refusal(photo) });
      else set({ state: known ? 'duplicate' : 'ready', photo });
    } catch (error) {
      set({ state: 'failed', error });
    }
  }
}

/** The photo's failure as an error of its upload: sending the same bytes at once does not help. */
function refusal(photo: Photo): Error {
  const error = new Error(photo.error?.detail ?? text.photo.refused);
  return Object.assign(error, { code: photo.error?.code ?? 'failed', passing: false });
}

/** The wait that the server asked for, in milliseconds. */
function askedPause(error: unknown): number {
  const asked = error instanceof Object && 'retryAfter' in error ? Number(error.retryAfter) : 0;
  return asked * 1000;
}
