// What is asked for before the scripts are there, and of whom: a browser without a session asks nothing that fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';

const kept = new Map();
const storage = { getItem: (name) => kept.get(name) ?? null };
globalThis.localStorage = storage;
globalThis.sessionStorage = storage;
globalThis.location = { hash: '' };
/** What is to be done after a time for which no test needs to wait. */
let timers = [];
globalThis.setTimeout = (act) => { timers.push(act); };

let requests = [];
let answers = {};
globalThis.fetch = async (address) => {
  requests.push(address);
  return new Response(JSON.stringify(answers[address] ?? {}));
};

/** What pictures were loaded from. */
let pictures = [];
globalThis.Image = class {
  set src(address) { pictures.push(address); }
};

const { COOKIE, start } = await import('../../web/src/early.ts');

/** The cookies of a browser; what is done with the session's from a script depends on which one it is. */
class Cookies {
  #all = new Map();
  #session = false;
  refuses = true;

  /** The session's begins, as an answer of the API brings it. */
  begin() {
    this.#all.delete(COOKIE);
    this.#session = true;
  }

  get hasSession() { return this.#session; }
  get names() { return [...this.#all.keys()]; }

  async set({ name, value }) {
    if (!this.#session) this.#all.set(name, value);
    else if (this.refuses) throw new TypeError('an HttpOnly cookie is there');
  }

  async get(name) { return this.#all.has(name) ? { name, value: this.#all.get(name) } : null; }
  async delete(name) { this.#all.delete(name); }
}

let cookies;

beforeEach(() => {
  kept.clear();
  requests = [];
  answers = {};
  pictures = [];
  timers = [];
  cookies = new Cookies();
  globalThis.cookieStore = cookies;
});

/** Opens the page at a hash; resolves with whether it takes nobody to be signed in. */
async function open(hash) {
  globalThis.location.hash = hash;
  return await start().nobody;
}

test('a browser without a session asks for nothing of its own', async () => {
  for (const hash of ['', '#/', '#/photos', '#/albums/album_1', '#/sign-in', '#/single-sign-on/done']) {
    assert.equal(await open(hash), true, hash);
  }
  assert.deepEqual(requests, []);
  assert.deepEqual(cookies.names, [], 'the cookie by which it finds out is gone');
});

test('a session is found though the page has kept nothing', async () => {
  cookies.begin();
  assert.equal(await open('#/albums/album_1'), false);
  assert.deepEqual(requests, ['/v1/me', '/v1/albums/album_1?limit=100']);
  assert.ok(cookies.hasSession);
});

test('a session is found by a browser that refuses its cookie without a word', async () => {
  cookies.refuses = false;
  cookies.begin();
  assert.equal(await open(''), false);
  assert.deepEqual(requests, ['/v1/me', '/v1/albums?limit=60']);
});

test('a session that another tab begins meanwhile is found', async () => {
  const { set } = Cookies.prototype;
  cookies.set = async (cookie) => {
    await set.call(cookies, cookie);
    cookies.begin();
  };
  assert.equal(await open(''), false);
  assert.ok(cookies.hasSession);
});

test('where a browser does not tell, the API is asked', async () => {
  delete globalThis.cookieStore;
  assert.equal(await open('#/me'), false);
  assert.deepEqual(requests, ['/v1/me']);
  cookies.set = async () => {};
  globalThis.cookieStore = cookies;
  assert.equal(await open(''), false, 'it keeps no cookies');
});

test('whoever was signed in here is asked for at once, and the first list too', async () => {
  kept.set('kept-for', 'user_ana');
  cookies.set = () => assert.fail('nothing is tried');
  assert.equal(await open(''), false);
  assert.deepEqual(requests, ['/v1/me', '/v1/albums?limit=60']);
});

test('the album of a link is asked for before anything is known', () => {
  globalThis.location.hash = '#/s/token';
  start();
  assert.deepEqual(requests, ['/v1/shared/token?limit=100']);
});

const photo = (name) => ({
  renditions: [{ size: 1024, url: `/media/ana/${name}-1024` }, { size: 256, url: `/media/ana/${name}-256` }],
});
const media = { query: 'signed', expires_at: '2026-11-30T00:00:00Z' };

/** Opens the page at a hash, and waits until all answers have come. */
async function openWhole(hash) {
  await open(hash);
  await new Promise(setImmediate);
}

test('the first pictures of an album are loaded, as small as they are drawn at first', async () => {
  kept.set('kept-for', 'user_ana');
  const items = Array.from({ length: 30 }, (_, index) => photo(index));
  answers['/v1/albums/album_1?limit=100'] = { photos: { items: [{ renditions: [] }, ...items] }, media };
  await openWhole('#/albums/album_1');
  assert.equal(pictures.length, 11);
  assert.equal(pictures[0], '/media/ana/0-256?signed');
});

test('of albums it is the covers, and of a link its photos', async () => {
  kept.set('kept-for', 'user_ana');
  answers['/v1/albums?limit=60'] = { items: [{ cover: photo('a') }, { cover: null }], media };
  answers['/v1/shared/token?limit=100'] = { photos: { items: [photo('b')] }, media };
  await openWhole('');
  await openWhole('#/s/token');
  assert.deepEqual(pictures, ['/media/ana/a-256?signed', '/media/ana/b-256?signed']);
});

test('the first month is asked for once its name is known', async () => {
  kept.set('kept-for', 'user_ana');
  answers['/v1/timeline/buckets?limit=500'] = { items: [{ month: '2026-11' }, { month: '2026-10' }] };
  answers['/v1/timeline/2026-11?limit=200'] = { items: [photo('c')], media };
  await openWhole('#/photos');
  assert.deepEqual(requests.slice(1), ['/v1/timeline/buckets?limit=500', '/v1/timeline/2026-11?limit=200']);
  assert.deepEqual(pictures, ['/media/ana/c-256?signed']);
});

test('months and photos are asked for as the timeline does, which else asks once more', async () => {
  const source = readFileSync('web/src/pages/photos/timeline.ts', 'utf8');
  const limit = (name) => new RegExp(`^const ${name} = (\\d+);`, 'm').exec(source)[1];
  kept.set('kept-for', 'user_ana');
  answers[`/v1/timeline/buckets?limit=${limit('MONTHS')}`] = { items: [{ month: '2026-11' }] };
  await openWhole('#/photos');
  assert.equal(requests.at(-1), `/v1/timeline/2026-11?limit=${limit('PAGE')}`);
});

test('no answer is waited for longer than the page waits', async (t) => {
  const [, patience] = /^const PATIENCE = ([\d_]+);/m.exec(readFileSync('web/src/api/client.ts', 'utf8'));
  const times = [];
  t.mock.method(AbortSignal, 'timeout', (time) => { times.push(time); });
  kept.set('kept-for', 'user_ana');
  await open('');
  assert.deepEqual(times, requests.map(() => Number(patience.replace('_', ''))));
  assert.equal(times.length, 2);
});

test('an answer that comes when nothing is kept any more leads to no request', async () => {
  kept.set('kept-for', 'user_ana');
  answers['/v1/timeline/buckets?limit=500'] = { items: [{ month: '2026-11' }] };
  globalThis.location.hash = '#/photos';
  const { asked, nobody } = start();
  await nobody;
  assert.equal(asked.size, 2);
  timers.forEach((act) => act());
  await new Promise(setImmediate);
  assert.deepEqual(requests, ['/v1/me', '/v1/timeline/buckets?limit=500']);
  assert.equal(asked.size, 0);
});

test('only on pages that are the same for all it is a guess that nobody is signed in', async () => {
  cookies.begin();
  const pages = {
    '#/s/token': true, '#/sign-in': true, '#/sign-up': true, '#/forgotten': true, '': false, '#/me': false,
  };
  for (const [hash, isGuess] of Object.entries(pages)) {
    globalThis.location.hash = hash;
    const { guessed, nobody } = start();
    assert.deepEqual([guessed, await nobody], [isGuess, isGuess], hash);
  }
  kept.set('kept-for', 'user_ana');
  globalThis.location.hash = '#/s/token';
  assert.equal(start().guessed, false, 'somebody is known');
});

test('pictures that the tab has seen under another signature are left to it', async () => {
  kept.set('kept-for', 'user_ana');
  kept.set('media', '{}');
  answers['/v1/albums/album_1?limit=100'] = { photos: { items: [photo('a')] }, media };
  await openWhole('#/albums/album_1');
  assert.deepEqual(pictures, []);
});

test('an answer that fails leads nowhere', async () => {
  kept.set('kept-for', 'user_ana');
  answers['/v1/albums?limit=60'] = { title: 'Sign in first.', status: 401 };
  await openWhole('');
  assert.deepEqual(pictures, []);
});

test('the name of the cookie is the one that the API gives', () => {
  const [, name] = /COOKIE: &str = "([\w-]+)"/.exec(readFileSync('shared/src/http/gate.rs', 'utf8'));
  assert.equal(COOKIE, name);
});
