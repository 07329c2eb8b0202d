/** A shared album as whoever has its link sees it. */

import { signal } from '@preact/signals';
import {
  ApiError, answer, api, contentTypeOf, hexSum, keys, logMistake, newestFirst, once, PagedList, send,
  UploadQueue, type AlbumForGuests, type GuestPhoto, type Photo, type Sending,
} from '../../shell';

const PAGE = 100;
/** Waits before looking for a photo that was sent, in milliseconds; a minute and a half in all. */
const AWAITED = [1500, 2000, 3000, 5000, 8000, 15_000, 25_000, 30_000];
/** Where the key of a share with a password is kept until the tab is closed. */
const keptAt = (token: string) => `share ${token}`;

/** Completes what guests are shown, as the viewer takes it. */
export function asPhoto(photo: GuestPhoto): Photo {
  return {
    ...photo, place: photo.place ?? null, status: 'ready', error: null, name: '', bytes: 0,
    content_type: '', sha256: '', tags: [], favourites: 0, comments: 0, deleted_at: null,
    created_at: photo.taken_at, updated_at: photo.taken_at, version: 0,
  };
}

export class SharedAlbum {
  readonly album = signal<AlbumForGuests | null>(null);
  readonly failure = signal<unknown>(null);
  /** True while it takes a password. */
  readonly locked = signal(false);
  readonly photos = new PagedList<GuestPhoto>((cursor) => this.#page(cursor));
  readonly uploads = new UploadQueue<Sending>({
    hash: hexSum,
    announce: (_album, file, sha256) => this.#announce(file, sha256),
    send,
    // Guests are not told more of it; it appears with the others when it is ready.
    settle: async (photo) => ({ ...photo, status: 'ready' }),
    pause: (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); }),
  });

  readonly #stopListening: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly token: string) {
    this.#stopListening = this.uploads.listen((upload) => {
      if (upload?.state === 'ready' && upload.photo) this.#await(upload.photo.id);
    });
    this.load();
  }

  /** Stops what goes on by itself. */
  close() {
    this.#stopListening();
    clearTimeout(this.#timer);
  }

  /** Reads the newest photos until what was sent is among them. */
  #await(photo: string, tries = 0) {
    clearTimeout(this.#timer);
    const there = this.photos.items.value.some(({ id }) => id === photo);
    const wait = AWAITED[tries];
    if (there || wait === undefined) return;
    this.#timer = setTimeout(async () => {
      await this.#refresh().catch(logMistake);
      this.#await(photo, tries + 1);
    }, wait);
  }

  /** Puts what is new into the list, which stays as far as it was loaded. */
  async #refresh() {
    const album = await this.#read();
    const known = new Set(this.photos.items.value.map(({ id }) => id));
    const fresh = album.photos.items.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) {
      this.photos.items.value = [...fresh, ...this.photos.items.value].sort(newestFirst);
    }
  }

  async load() {
    await this.photos.reload();
    const failure = this.photos.failure.value;
    this.locked.value = failure instanceof ApiError && failure.slug === 'share-locked';
    this.failure.value = this.locked.value ? null : failure;
  }

  /** Opens the album with its password. */
  async unlock(password: string) {
    const params = { path: { token: this.token }, header: once() };
    const body = { password };
    const { key } = await answer(api.POST('/v1/shared/{token}/unlock', { params, body }));
    sessionStorage.setItem(keptAt(this.token), key);
    await this.load();
  }

  #headers(): Record<string, string> {
    const key = sessionStorage.getItem(keptAt(this.token));
    return key ? { 'Albumen-Share-Key': key } : {};
  }

  async #page(cursor: string | undefined) {
    if (cursor !== undefined) {
      const headers = this.#headers();
      const params = { path: { token: this.token }, query: { limit: PAGE, cursor } };
      const page = await answer(api.GET('/v1/shared/{token}/photos', { params, headers }));
      keys.adopt(page.media, page.items);
      return page;
    }
    return (await this.#read()).photos;
  }

  async #read(): Promise<AlbumForGuests> {
    const params = { path: { token: this.token }, query: { limit: PAGE } };
    const album = await answer(api.GET('/v1/shared/{token}', { params, headers: this.#headers() }));
    keys.adopt(album.media, [album.cover, ...album.photos.items]);
    this.album.value = album;
    return album;
  }

  async #announce(file: File, sha256: string) {
    const params = { path: { token: this.token }, header: once() };
    const body = {
      name: file.name, size: file.size, content_type: contentTypeOf(file), sha256,
    };
    const headers = this.#headers();
    const { photo, upload } = await answer(
      api.POST('/v1/shared/{token}/photos', { params, body, headers }),
    );
    const shown = { id: photo.id, status: photo.status } as Photo;
    return { photo: shown, upload: upload ? { ...upload, kind: 'whole' as const } : null };
  }

  /** True where guests may have originals. */
  get mayDownload(): boolean {
    return this.album.value?.share.allow_original ?? false;
  }

  /** True where a link leads to originals: with a password they take a header, which no link sends. */
  get linksDownload(): boolean {
    return this.mayDownload && !sessionStorage.getItem(keptAt(this.token));
  }

  /** Returns the address of an original. */
  originalUrl(photo: string): string {
    return `/v1/shared/${this.token}/photos/${photo}/original`;
  }

  /** Resolves with the answer that is an original. */
  original(photo: string): Promise<Response> {
    return fetch(this.originalUrl(photo), { headers: this.#headers() });
  }

  /** Sends pictures to the album. */
  add(files: File[]) {
    const title = this.album.value?.title ?? '';
    this.uploads.add(files, { id: this.token, title });
  }
}

