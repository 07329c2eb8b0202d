import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UploadQueue } from '../../web/src/uploads/queue.ts';

const ALBUM = { id: 'album_1', title: 'One' };
const file = (name) => ({ name, size: 100 });
const passing = (message) => Object.assign(new Error(message), { passing: true });

/** Steps that succeed at once, with what a test changes about them. */
function steps(changes = {}) {
  return {
    hash: async ({ name }) => `sum of ${name}`,
    announce: async (_album, { name }) => ({ photo: { id: name, status: 'pending' }, upload: { url: name } }),
    send: async (_upload, { size }, progress) => progress(size),
    settle: async (photo) => ({ ...photo, status: 'ready' }),
    pause: async () => {},
    ...changes,
  };
}

/** Adds files and waits until all have settled; gives the queue and the states each went through. */
function run(queue, names) {
  const seen = new Map();
  return new Promise((resolve) => {
    queue.listen((upload) => {
      if (!upload) return;
      const states = seen.get(upload.file.name) ?? [];
      if (states.at(-1) !== upload.state) seen.set(upload.file.name, [...states, upload.state]);
      if (queue.uploads.every(({ settled }) => settled)) resolve(seen);
    });
    queue.add(names.map(file), ALBUM);
  });
}

test('a file goes through every state', async () => {
  const seen = await run(new UploadQueue(steps()), ['a']);
  assert.deepEqual(seen.get('a'), ['hashing', 'announcing', 'uploading', 'processing', 'ready']);
});

test('bytes that are known are not sent', async () => {
  const queue = new UploadQueue(steps({
    announce: async () => ({ photo: { id: 'old', status: 'ready' } }),
    send: () => assert.fail('sent'),
  }));
  const seen = await run(queue, ['a']);
  assert.deepEqual(seen.get('a'), ['hashing', 'announcing', 'processing', 'duplicate']);
  assert.equal(queue.summary.duplicates, 1);
});

test('several hundred files never use more than the lanes there are', async () => {
  let now = 0;
  let most = 0;
  const queue = new UploadQueue(steps({
    send: async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => { setTimeout(resolve, 1); });
      now -= 1;
    },
  }), { lanes: 4 });
  await run(queue, Array.from({ length: 400 }, (_, index) => `photo ${index}`));
  assert.equal(most, 4);
  assert.equal(queue.summary.done, 400);
});

test('waiting for renditions does not hold a lane', async () => {
  const waiting = [];
  const queue = new UploadQueue(steps({
    settle: (photo) => new Promise((resolve) => {
      waiting.push(() => resolve({ ...photo, status: 'ready' }));
      if (waiting.length === 3) waiting.forEach((go) => go());
    }),
  }), { lanes: 1 });
  await run(queue, ['a', 'b', 'c']);
  assert.equal(queue.summary.done, 3);
});

test('a broken connection is tried again, announced anew, and hashed once', async () => {
  const calls = { hash: 0, announce: 0, send: 0, pauses: [] };
  const base = steps();
  const queue = new UploadQueue({
    ...base,
    hash: (given) => { calls.hash += 1; return base.hash(given); },
    announce: (...given) => { calls.announce += 1; return base.announce(...given); },
    send: async () => { calls.send += 1; if (calls.send < 3) throw passing('broken'); },
    pause: async (ms) => calls.pauses.push(ms),
  });
  await run(queue, ['a']);
  assert.deepEqual(calls, { hash: 1, announce: 3, send: 3, pauses: [1000, 3000] });
  assert.equal(queue.uploads[0].state, 'ready');
});

test('the server says how long to wait', async () => {
  const pauses = [];
  let first = true;
  const base = steps();
  const queue = new UploadQueue({
    ...base,
    announce: async (...given) => {
      if (first) { first = false; throw Object.assign(passing('busy'), { retryAfter: 20 }); }
      return base.announce(...given);
    },
    pause: async (ms) => pauses.push(ms),
  });
  await run(queue, ['a']);
  assert.deepEqual(pauses, [20_000]);
});

test('what keeps failing fails, and can be tried again by hand', async () => {
  let broken = true;
  const queue = new UploadQueue(steps({ send: async () => { if (broken) throw passing('broken'); } }));
  await run(queue, ['a', 'b']);
  assert.equal(queue.summary.failed, 2);
  assert.equal(queue.uploads[0].error.message, 'broken');
  broken = false;
  await new Promise((resolve) => {
    queue.listen(() => { if (queue.summary.done === 2) resolve(); });
    queue.retryFailed();
  });
  assert.equal(queue.uploads[0].error, null);
});

test('a refusal is final at once', async () => {
  let asked = 0;
  const queue = new UploadQueue(steps({ announce: async () => { asked += 1; throw new Error('over the quota'); } }));
  await run(queue, ['a']);
  assert.equal(asked, 1);
  assert.equal(queue.uploads[0].state, 'failed');
});

test('a photo that cannot be read fails with its reason', async () => {
  const queue = new UploadQueue(steps({
    settle: async (photo) => ({ ...photo, status: 'failed', error: { code: 'truncated', detail: 'The file ends too early.' } }),
  }));
  await run(queue, ['a']);
  assert.equal(queue.uploads[0].error.message, 'The file ends too early.');
  assert.equal(queue.uploads[0].error.code, 'truncated');
});

test('clearing stops what is under way and tells nobody of it afterwards', async () => {
  let aborted = false;
  let sending;
  const begun = new Promise((resolve) => { sending = resolve; });
  const queue = new UploadQueue(steps({
    send: (_upload, _file, _progress, signal) => new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => { aborted = true; reject(new Error('stopped')); });
      sending();
    }),
  }));
  queue.add([file('a'), file('b')], ALBUM);
  await begun;
  queue.clear();
  const told = [];
  queue.listen((upload) => told.push(upload));
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.ok(aborted);
  assert.deepEqual(told, []);
  assert.equal(queue.summary.all, 0);
});

test('what was cleared while it waited is not announced any more', async () => {
  let announced = 0;
  let go;
  const waited = new Promise((resolve) => { go = resolve; });
  let waiting;
  const pausing = new Promise((resolve) => { waiting = resolve; });
  const queue = new UploadQueue(steps({
    announce: async () => { announced += 1; throw passing('away'); },
    pause: () => { waiting(); return waited; },
  }));
  queue.add([file('a')], ALBUM);
  await pausing;
  queue.clear();
  go();
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.equal(announced, 1);
});

test('the sum counts bytes, also of what failed', async () => {
  const queue = new UploadQueue(steps({ send: async (_upload, { name }) => { if (name === 'a') throw new Error('no'); } }));
  await run(queue, ['a', 'b', 'c']);
  assert.deepEqual(queue.summary, { all: 3, done: 2, failed: 1, busy: 0, duplicates: 0, processing: 0, bytes: 300, sent: 300 });
  queue.dismissSettled();
  assert.equal(queue.uploads.length, 0);
});
