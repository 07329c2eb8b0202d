/** All albums, newest first. */

import { h, fill } from '../h.js';
import { listAlbums } from '../api.js';
import { newAlbumDialog } from '../dialogs.js';
import { carriesFiles, dropped, pictures } from '../files.js';
import { failure } from '../forms.js';
import { plural } from '../format.js';
import { icon, mark } from '../icons.js';
import { notice } from '../live.js';
import { endless } from '../endless.js';
import { keys, photoImage } from '../photo-image.js';
import { albumHash, go } from '../router.js';
import { uploads } from '../uploader.js';

const PAGE = 60;
const COVER_SIZES = '(min-width: 700px) 260px, 45vw';

function card(album) {
  const { cover } = album;
  return h('li', { class: 'mount' },
    h('a', { class: 'mount-link', href: albumHash(album.id) },
      h('div', { class: 'mount-picture' },
        cover
          ? photoImage(cover, { id: cover.photo, sizes: COVER_SIZES, alt: '' })
          : h('div', { class: 'mount-empty' }, mark())),
      h('div', { class: 'mount-caption' },
        h('h2', { class: 'mount-title' }, album.title),
        h('p', { class: 'mount-count' }, album.photo_count === 0 ? 'No photos yet' : plural(album.photo_count, 'photo')))));
}

export function albumsView() {
  const list = h('ul', { class: 'mounts', role: 'list' });
  const body = h('div', { class: 'albums-body' });
  const actions = h('div', { class: 'page-actions' });
  const node = h('div', { class: 'page albums' },
    h('div', { class: 'page-head' }, h('h1', { tabindex: '-1' }, 'Albums'), actions), body);
  const create = (given = {}) => newAlbumDialog({
    title: given.folder ?? '',
    files: given.files?.length ?? 0,
    made(album) {
      if (given.files) uploads.add(given.files, album);
      go(albumHash(album.id));
    },
  });
  const button = () => h('button', { class: 'button is-primary', type: 'button', onclick: () => create() }, icon('add'), 'New album');
  let pager = null;

  const show = (page) => {
    keys.adopt(page.media, page.items.map(({ cover }) => cover));
    list.append(...page.items.map(card));
  };

  const load = async () => {
    try {
      const page = await listAlbums({ limit: PAGE });
      pager?.stop();
      list.replaceChildren();
      if (page.items.length === 0 && !page.next) {
        fill(actions);
        fill(body, empty(button()));
        return;
      }
      show(page);
      fill(actions, button());
      pager = endless(page.next, (cursor) => listAlbums({ limit: PAGE, cursor }), show);
      fill(body, list, pager.node);
    } catch (error) {
      if (error.status === 401) return;
      if (!list.isConnected) fill(body, failure(error, () => { fill(body, loading()); load(); }));
    }
  };

  fill(body, loading());
  load();
  acceptDrops(node, create);
  return { node, title: 'Albums', refresh: load, destroy: () => pager?.stop() };
}

function loading() {
  return h('ul', { class: 'mounts is-loading', 'aria-label': 'Loading albums' },
    Array.from({ length: 4 }, () => h('li', { class: 'mount' }, h('div', { class: 'mount-picture' }), h('div', { class: 'mount-caption' }))));
}

function empty(button) {
  return h('div', { class: 'empty' }, h('div', { class: 'empty-egg' }, mark()),
    h('h2', null, 'Start your first album'),
    h('p', null, 'Make one by hand, or drop a folder of photographs anywhere on this page.'),
    button);
}

/** Photos dropped here ask for an album first; a folder suggests its name. */
function acceptDrops(node, create) {
  node.addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); });
  node.addEventListener('drop', async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const { files, folder } = await dropped(event.dataTransfer);
    const found = pictures(files);
    if (found.files.length > 0) create({ files: found.files, folder });
    else notice('There was no picture in that.');
  });
}
