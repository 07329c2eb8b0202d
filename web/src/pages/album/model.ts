/** An album that is open: what it is called, its photos, and those on their way to it. */

import { computed, signal } from '@preact/signals';
import {
  answer, api, keys, logMistake, notice, PhotoSet, pictures, Selection, text, uploads,
  type Album, type AlbumWithPhotos, type Upload,
} from '../../shell';

const PAGE = 100;
/** The count is read anew this long after the last upload, in milliseconds. */
const RECOUNT = 1200;

export class AlbumModel {
  readonly album = signal<AlbumWithPhotos | null>(null);
  readonly failure = signal<unknown>(null);
  readonly selection = new Selection();
  readonly photos = new PhotoSet((cursor) => this.#page(cursor));
  /** The photo that the viewer was closed at. */
  readonly left = signal<string | null>(null);
  /** Announced in another tab or another life, and the bytes never came. */
  readonly lost = computed(() => this.photos.all.value.filter(({ id, status }) => {
    const ours = uploads.uploads.some(({ photo }) => photo?.id === id);
    return status === 'pending' && !ours;
  }).length);

  readonly #stopListening: () => void;
  #recountTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: string) {
    this.#stopListening = uploads.listen((upload) => this.#uploaded(upload));
    this.load();
  }

  get mayEdit(): boolean {
    return this.album.value !== null && this.album.value.role !== 'viewer';
  }

  get mine(): boolean {
    return this.album.value?.role === 'owner';
  }

  close() {
    this.#stopListening();
    this.photos.close();
    clearTimeout(this.#recountTimer);
  }

  /** Loads the album; its first page of photos comes with it. */
  async load() {
    this.failure.value = null;
    await this.photos.list.reload();
    this.failure.value = this.photos.list.failure.value;
    if (this.failure.value) logMistake(this.failure.value);
  }

  /** Takes over what the album says about itself now. */
  rename(fresh: Album) {
    if (this.album.value) this.album.value = { ...this.album.value, ...fresh };
  }

  /** Makes a photo the cover. */
  async setCover(photo: string) {
    const params = { path: { album: this.id } };
    this.rename(await answer(api.PATCH('/v1/albums/{album}', { params, body: { cover: photo } })));
    notice(text.selection.done.cover);
  }

  async #page(cursor: string | undefined) {
    const path = { album: this.id };
    if (cursor !== undefined) {
      const params = { path, query: { limit: PAGE, cursor } };
      return answer(api.GET('/v1/albums/{album}/photos', { params }));
    }
    const album = await this.#read(PAGE);
    this.album.value = album;
    keys.adopt(album.media, [album.cover]);
    return { ...album.photos, media: album.media };
  }

  #read(limit: number) {
    const params = { path: { album: this.id }, query: { limit } };
    return answer(api.GET('/v1/albums/{album}', { params }));
  }

  /** Sends pictures here, and says how many files were none. */
  add(given: Iterable<File>) {
    const { files, others } = pictures(given);
    if (others > 0) notice(text.album.leftOut(others));
    const album = this.album.value;
    if (files.length > 0 && album) uploads.add(files, { id: this.id, title: album.title });
  }

  #uploaded(upload: Upload | null) {
    if (!upload?.photo || upload.album.id !== this.id || !this.album.value) return;
    if (!upload.settled || upload.photo.status === 'pending') return;
    this.photos.put(upload.photo);
    this.recountSoon();
  }

  /** Reads the album's count, cover and version anew, a moment later. */
  recountSoon() {
    clearTimeout(this.#recountTimer);
    this.#recountTimer = setTimeout(() => this.refresh().catch(logMistake), RECOUNT);
  }

  /** Reads what the album says about itself anew. */
  async refresh() {
    const fresh = await this.#read(1);
    keys.adopt(fresh.media, [fresh.cover]);
    this.album.value = fresh;
  }
}
