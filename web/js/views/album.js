/** One album: its photos, adding to them, and the viewer over them. */

import { h, fill } from '../h.js';
import { getAlbum, getPhoto, listPhotos } from '../api.js';
import { endless } from '../endless.js';
import { ACCEPT, carriesFiles, dropped, pictures } from '../files.js';
import { failure } from '../forms.js';
import { plural } from '../format.js';
import { Grid } from '../grid.js';
import { icon, mark } from '../icons.js';
import { notice } from '../live.js';
import { newestFirst } from '../order.js';
import { keys } from '../photo-image.js';
import { albumHash, albumsHash, photoHash, replace } from '../router.js';
import { settle, uploads } from '../uploader.js';
import { Viewer } from '../viewer.js';
import { missing } from './missing.js';

const PAGE = 100;

class AlbumView {
  #id;
  #photos = new Map();
  /** The same in order, and those of them that can be looked at; made when asked for. */
  #order = null;
  #lookable = null;
  #album = null;
  #wanted = null;
  #viewer = null;
  #pager = null;
  #frame = 0;
  #countTimer = 0;
  #undo = new AbortController();

  constructor(id) {
    this.#id = id;
    this.title = 'Album';
    this.grid = new Grid({ hrefOf: ({ id: photo }) => photoHash(id, photo), open: (photo) => this.#open(photo) });
    this.node = h('div', { class: 'page album' });
    this.stopListening = uploads.listen((upload) => this.#uploaded(upload));
    this.#acceptDrops();
    this.#load();
  }

  destroy() {
    this.#undo.abort();
    this.stopListening();
    this.#pager?.stop();
    this.#viewer?.destroy();
    this.grid.destroy();
    clearTimeout(this.#countTimer);
  }

  /** Follows the address inside the album: a photo's id opens the viewer, `null` closes it. */
  update({ photo }) {
    this.#wanted = photo;
    if (!this.#album) return;
    if (!photo) {
      const last = this.#viewer?.current;
      this.#viewer?.destroy();
      this.#viewer = null;
      if (last) this.grid.focus(last);
      return;
    }
    this.#viewer ??= new Viewer({
      list: () => this.#ready(),
      more: () => this.#pager?.more(),
      complete: () => !this.#pager?.next,
      total: () => (this.#pager?.next ? this.#album.photo_count : this.#ready().length),
      find: getPhoto,
      go: (id) => replace(photoHash(this.#id, id)),
      close: () => this.#closeViewer(),
    });
    this.#viewer.show(photo);
  }

  #open(photo) {
    history.pushState({ fromAlbum: true }, '', photoHash(this.#id, photo.id));
    dispatchEvent(new HashChangeEvent('hashchange'));
  }

  /** Back to where the viewer was opened from; after a deep link that is nowhere of ours. */
  #closeViewer() {
    if (history.state?.fromAlbum) history.back();
    else replace(albumHash(this.#id));
  }

  async #load() {
    fill(this.node, h('div', { class: 'album-loading', role: 'status' }, 'Loading…'));
    try {
      const album = await getAlbum(this.#id, { limit: PAGE });
      this.#album = album;
      this.title = album.title;
      document.title = `${album.title} · Albumen`;
      this.#pager = endless(album.photos.next, (cursor) => listPhotos(this.#id, { limit: PAGE, cursor }), (page) => this.#add(page));
      this.#build();
      this.#add({ ...album.photos, media: album.media ?? album.photos.media });
      this.update({ photo: this.#wanted });
    } catch (error) {
      if (error.status === 404) fill(this.node, missing('This album does not exist, or it is not yours to see.'));
      else if (error.status !== 401) fill(this.node, failure(error, () => this.#load()));
      if (!('passing' in error)) console.error(error);
    }
  }

  #build() {
    const { title, description } = this.#album;
    this.count = h('p', { class: 'album-count' });
    this.body = h('div', { class: 'album-body' });
    this.lost = h('p', { class: 'album-lost', hidden: true });
    const choose = this.#chooser({ multiple: true, accept: ACCEPT });
    const folder = this.#chooser({ webkitdirectory: true });
    fill(this.node,
      h('a', { class: 'crumb', href: albumsHash }, icon('back'), 'Albums'),
      h('div', { class: 'page-head' },
        h('div', { class: 'album-title' }, h('h1', { tabindex: '-1' }, title), description && h('p', { class: 'lead' }, description), this.count),
        h('div', { class: 'page-actions' }, folder, choose,
          h('button', { class: 'button folder-button', type: 'button', onclick: () => folder.click() }, icon('folder'), 'Add folder'),
          h('button', { class: 'button is-primary', type: 'button', onclick: () => choose.click() }, icon('add'), 'Add photos'))),
      this.lost, this.body, this.#pager.node,
      h('div', { class: 'drop-hint', 'aria-hidden': 'true' }, h('p', null, icon('photos'), `Drop to add to “${title}”`)));
  }

  #chooser(attributes) {
    const input = h('input', { type: 'file', class: 'file-input', tabindex: '-1', 'aria-label': attributes.multiple ? 'Photos to add' : 'Folder to add', ...attributes });
    input.addEventListener('change', () => {
      this.#take(input.files);
      input.value = '';
    });
    return input;
  }

  #take(given) {
    const { files, others } = pictures(given);
    if (others > 0) notice(`${plural(others, 'file')} left out: not a picture.`);
    if (files.length > 0) uploads.add(files, { id: this.#id, title: this.#album.title });
  }

  #acceptDrops() {
    const options = { signal: this.#undo.signal };
    let depth = 0;
    const over = (change) => {
      depth = Math.max(0, change);
      this.node.classList.toggle('is-dropping', depth > 0);
    };
    addEventListener('dragenter', (event) => { if (carriesFiles(event)) over(depth + 1); }, options);
    addEventListener('dragleave', (event) => { if (carriesFiles(event)) over(depth - 1); }, options);
    addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); }, options);
    addEventListener('drop', async (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over(0);
      if (this.#album) this.#take((await dropped(event.dataTransfer)).files);
    }, options);
  }

  #uploaded(upload) {
    if (!upload?.photo || upload.album.id !== this.#id || !this.#album) return;
    if (!upload.settled || upload.photo.status === 'pending') return;
    this.#merge(upload.photo);
    clearTimeout(this.#countTimer);
    this.#countTimer = setTimeout(() => this.#recount(), 1200);
  }

  async #recount() {
    try {
      this.#album.photo_count = (await getAlbum(this.#id, { limit: 1 })).photo_count;
      this.#draw();
    } catch {
      // The old number stands until the next one.
    }
  }

  #add(page) {
    keys.adopt(page.media, page.items);
    const ours = new Set(uploads.uploads.filter(({ settled }) => !settled).map(({ photo }) => photo?.id));
    for (const photo of page.items) {
      this.#put(photo);
      if (photo.status === 'processing' && !ours.has(photo.id)) {
        settle(photo, this.#undo.signal).then((settled) => this.#merge(settled), () => {});
      }
    }
    this.#draw();
  }

  #merge(photo) {
    this.#put(photo);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #put(photo) {
    this.#photos.set(photo.id, photo);
    this.#order = null;
    this.#lookable = null;
  }

  #sorted() {
    this.#order ??= [...this.#photos.values()].sort(newestFirst);
    return this.#order;
  }

  #ready() {
    this.#lookable ??= this.#sorted().filter(({ status }) => status === 'ready');
    return this.#lookable;
  }

  #draw() {
    const shown = this.#sorted().filter(({ status }) => status !== 'pending');
    this.count.textContent = this.#countOf(shown);
    this.#drawLost();
    if (shown.length > 0 || this.#pager.next) {
      if (!this.grid.node.isConnected) fill(this.body, this.grid.node);
      this.grid.show(shown);
    } else {
      fill(this.body, h('div', { class: 'empty' }, h('div', { class: 'empty-egg' }, mark()),
        h('h2', null, 'Nothing here yet'),
        h('p', { class: 'for-mouse' }, 'Drop photographs or a whole folder anywhere on this page.'),
        h('p', { class: 'for-touch' }, 'Add photographs from this device.')));
    }
    this.#viewer?.refresh();
  }

  #countOf(shown) {
    if (this.#pager.next) return plural(this.#album.photo_count, 'photo');
    const failed = shown.filter(({ status }) => status === 'failed').length;
    const good = shown.length - failed;
    return [good > 0 && plural(good, 'photo'), failed > 0 && `${failed.toLocaleString()} failed`].filter(Boolean).join(', ');
  }

  /** Photos that were announced in another tab or another life and whose bytes never came. */
  #drawLost() {
    const ours = new Set(uploads.uploads.map(({ photo }) => photo?.id));
    const lost = [...this.#photos.values()].filter(({ id, status }) => status === 'pending' && !ours.has(id));
    this.lost.hidden = lost.length === 0;
    if (lost.length > 0) this.lost.textContent = `${plural(lost.length, 'upload')} did not finish. Add the same files again to complete them.`;
  }
}

export function albumView({ album }) {
  return new AlbumView(album);
}
