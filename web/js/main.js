/** Starts the page and shows the view that the address names. */

import { h, fill } from './h.js';
import { carriesFiles } from './files.js';
import { failure } from './forms.js';
import { drawHeader } from './header.js';
import { parse, replace, albumsHash } from './router.js';
import * as session from './session.js';
import { tray } from './tray.js';
import { uploads } from './uploader.js';
import { albumView } from './views/album.js';
import { albumsView } from './views/albums.js';
import { missingView } from './views/missing.js';
import { signInView, signUpView } from './views/sign.js';

const main = document.getElementById('main');
const header = document.getElementById('header');

/** The view on the page: `{ key, view }`. */
let shown = null;
/** The albums stay alive behind an opened album, for a quick way back to the same place. */
let albums = null;
/** Where somebody was going when they had to sign in. */
let destination = null;
/** The id of who was last signed in. */
let last = null;

function route() {
  const address = parse(location.hash);
  const signing = address.name === 'sign-in' || address.name === 'sign-up';
  if (session.current()) {
    if (signing) return void replace(destination ?? albumsHash);
    destination = null;
    return void open(address);
  }
  if (signing) return void open(address);
  destination = location.hash || albumsHash;
  const expected = address.name !== 'albums';
  return void open({ name: 'sign-in', expected });
}

const VIEWS = {
  'sign-in': signInView, 'sign-up': signUpView, album: albumView, missing: missingView,
  albums: () => (albums ??= { view: albumsView(), scroll: 0 }).view,
};

function open(address) {
  const key = address.name === 'album' ? address.album : address.name;
  if (shown?.key !== key) change(key, address);
  shown.view.update?.(address);
}

function change(key, address) {
  const first = shown === null;
  const returning = address.name === 'albums' && albums !== null;
  if (shown?.key === 'albums') albums.scroll = scrollY;
  else shown?.view.destroy();
  const view = VIEWS[address.name](address);
  shown = { key, view };
  fill(main, view.node);
  document.title = view.title === 'Albums' ? 'Albumen' : `${view.title} · Albumen`;
  scrollTo(0, returning ? albums.scroll : 0);
  if (returning) view.refresh();
  // So that people who hear the page know where they are.
  if (!first) (view.node.querySelector('h1') ?? main).focus({ preventScroll: true });
}

function signedInOrOut({ left }) {
  albums?.view.destroy();
  albums = null;
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  const now = session.current()?.id ?? null;
  const another = now !== null && last !== null && now !== last;
  // Whoever signs in next should not land in somebody else's album.
  if (left || another) {
    destination = null;
    history.replaceState(null, '', left ? '#/sign-in' : albumsHash);
  }
  last = now ?? last;
  if (shown) {
    if (shown.key !== 'albums') shown.view.destroy();
    shown = { key: null, view: { destroy() {} } };
  }
  drawHeader(header);
  route();
}

async function start() {
  try {
    await session.restore();
  } catch (error) {
    fill(main, failure(error, () => { fill(main, h('p', { class: 'album-loading' }, 'Loading…')); start(); }));
    return;
  }
  last = session.current()?.id ?? null;
  drawHeader(header);
  document.body.append(tray(uploads));
  session.listen(signedInOrOut);
  addEventListener('hashchange', route);
  addEventListener('popstate', route);
  route();
}

// A plain link would change the hash, which is the address of the view.
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

// A file dropped beside the mark would replace the page by itself.
for (const type of ['dragover', 'drop']) {
  addEventListener(type, (event) => { if (carriesFiles(event)) event.preventDefault(); });
}

addEventListener('beforeunload', (event) => {
  if (uploads.summary.busy > 0) event.preventDefault();
});
history.scrollRestoration = 'manual';
drawHeader(header);
start();
