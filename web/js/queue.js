/**
 * The upload queue: which file is in which state, and what happens next. It knows no network and
 * no page; both are handed in, so that it can be tested alone.
 *
 *     queued → hashing → announcing → uploading → processing → ready
 *                              └────────────────────┴──────→ duplicate
 *     any of them → failed → (retry) queued
 */

/** States in which nothing more happens by itself. */
const SETTLED = new Set(['ready', 'duplicate', 'failed']);
/** States in which the browser still has work to do, and must not be closed. */
const BUSY = new Set(['queued', 'hashing', 'announcing', 'uploading']);
/** Waits before repeating a step that failed in passing, in milliseconds. */
const PAUSES = [1000, 3000, 8000];

let count = 0;

/** One file on its way. */
class Upload {
  constructor(file, album) {
    count += 1;
    this.key = count;
    this.file = file;
    /** `{ id, title }` of the album it goes to. */
    this.album = album;
    this.state = 'queued';
    /** Bytes sent so far. */
    this.sent = 0;
    this.sha256 = null;
    this.photo = null;
    this.error = null;
    /** Whether it waits before trying the same step again. */
    this.waiting = false;
  }

  get settled() {
    return SETTLED.has(this.state);
  }

  get busy() {
    return BUSY.has(this.state);
  }
}

/**
 * `steps`: `hash(file) → hex`, `announce(album id, file, sha256) → { photo, upload? }`,
 * `send(upload, file, progress(bytes), signal)`, `settle(photo, signal) → photo` once it is ready
 * or failed, `pause(ms)`. A thrown error with `passing: true` is tried again by itself.
 */
export class UploadQueue {
  #steps;
  #lanes;
  #running = 0;
  #listeners = new Set();
  #stop = new AbortController();

  constructor(steps, { lanes = 4 } = {}) {
    this.#steps = steps;
    this.#lanes = lanes;
    this.uploads = [];
  }

  /** Calls `listener(upload)` after every change; `null` when the list itself changed. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(upload) {
    for (const listener of this.#listeners) listener(upload);
  }

  /** Queues files for an album. */
  add(files, album) {
    for (const file of files) this.uploads.push(new Upload(file, album));
    this.#tell(null);
    this.#fillLanes();
  }

  /** Queues a failed upload again. */
  retry(upload) {
    if (upload.state !== 'failed') return;
    this.#set(upload, { state: 'queued', error: null, sent: 0, photo: null });
    this.#fillLanes();
  }

  retryFailed() {
    for (const upload of this.uploads) this.retry(upload);
  }

  /** Takes a failed or finished upload, or one that has not begun, off the list. */
  dismiss(upload) {
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
    const totals = { all: this.uploads.length, done: 0, failed: 0, busy: 0, duplicates: 0, processing: 0, bytes: 0, sent: 0 };
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

  #set(upload, changes) {
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
  async #transfer(upload, signal) {
    const set = (changes) => signal.aborted || this.#set(upload, changes);
    try {
      if (!upload.sha256) {
        set({ state: 'hashing' });
        upload.sha256 = await this.#steps.hash(upload.file);
        signal.throwIfAborted();
      }
      const known = await this.#deliver(upload, signal, set);
      if (signal.aborted) return;
      set({ state: 'processing', sent: upload.file.size });
      this.#finish(upload, known, signal, set);
    } catch (error) {
      set({ state: 'failed', error, waiting: false });
    }
  }

  /** Announces and sends, with a few repetitions; whether the bytes were known already. */
  async #deliver(upload, signal, set) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        set({ state: 'announcing', waiting: false });
        const { photo, upload: target } = await this.#steps.announce(upload.album.id, upload.file, upload.sha256);
        set({ photo });
        if (!target || signal.aborted) return !target;
        set({ state: 'uploading', sent: 0 });
        await this.#steps.send(target, upload.file, (sent) => set({ sent }), signal);
        return false;
      } catch (error) {
        if (!error.passing || attempt >= PAUSES.length || signal.aborted) throw error;
        set({ waiting: true, sent: 0 });
        await this.#steps.pause(Math.max(PAUSES[attempt], (error.retryAfter ?? 0) * 1000));
        // Somebody else may be signed in by now.
        signal.throwIfAborted();
      }
    }
  }

  async #finish(upload, known, signal, set) {
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
function refusal(photo) {
  const error = new Error(photo.error?.detail ?? 'This file could not be made into a picture.');
  return Object.assign(error, { code: photo.error?.code ?? 'failed', passing: false });
}
