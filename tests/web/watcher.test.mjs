import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Watcher } from '../../web/src/uploads/watcher.ts';

/** A document that can be hidden. */
class Page extends EventTarget {
  hidden = false;

  turn(hidden) {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** Moves the clock in steps of 100 ms, letting promises settle in between. */
async function pass(ms) {
  for (let now = 0; now < ms; now += 100) {
    mock.timers.tick(100);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

function withClock(name, body) {
  test(name, async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      await body();
    } finally {
      mock.timers.reset();
    }
  });
}

withClock('asks until the photo is ready', async () => {
  let asked = 0;
  const watcher = new Watcher(async (id) => ({ id, status: ++asked < 3 ? 'processing' : 'ready' }), new Page());
  let photo = null;
  watcher.settled({ id: 'a', status: 'pending' }).then((settled) => { photo = settled; });
  await pass(5000);
  assert.deepEqual(photo, { id: 'a', status: 'ready' });
  await pass(60_000);
  assert.equal(asked, 3);
});

withClock('asks less often while nothing happens', async () => {
  let asked = 0;
  const watcher = new Watcher(async (id) => { asked += 1; return { id, status: 'processing' }; }, new Page());
  watcher.settled({ id: 'a', status: 'processing' });
  await pass(10_000);
  const early = asked;
  await pass(60_000);
  asked -= early;
  assert.ok(early >= 4 && early <= 6, `${early} in the first ten seconds`);
  assert.ok(asked >= 5 && asked <= 7, `${asked} in the next minute`);
});

withClock('does not ask while the tab is hidden, and at once when it is back', async () => {
  const page = new Page();
  let asked = 0;
  const watcher = new Watcher(async (id) => { asked += 1; return { id, status: 'processing' }; }, page);
  page.turn(true);
  watcher.settled({ id: 'a', status: 'processing' });
  await pass(60_000);
  assert.equal(asked, 0);
  page.turn(false);
  await pass(1000);
  assert.equal(asked, 1);
});

withClock('photos that keep coming do not put the question off', async () => {
  let asked = 0;
  const watcher = new Watcher(async (id) => { asked += 1; return { id, status: 'ready' }; }, new Page());
  for (let id = 0; id < 40; id += 1) {
    watcher.settled({ id, status: 'processing' });
    await pass(100);
  }
  assert.ok(asked >= 20, `${asked} of 40 after four seconds`);
});

withClock('a new photo is asked about soon, however patient the others have become', async () => {
  let now = 0;
  let answered = 0;
  const watcher = new Watcher(async (id) => ({ id, status: id === 'new' ? 'ready' : 'processing' }), new Page());
  watcher.settled({ id: 'slow', status: 'processing' });
  await pass(60_000);
  watcher.settled({ id: 'new', status: 'processing' }).then(() => { answered = now; });
  for (now = 100; now <= 3000; now += 100) await pass(100);
  assert.ok(answered > 0 && answered <= 1500, `answered after ${answered} ms`);
});

withClock('a few at a time, none forgotten', async () => {
  const asked = new Set();
  const watcher = new Watcher(async (id) => { asked.add(id); return { id, status: 'processing' }; }, new Page());
  for (let id = 0; id < 20; id += 1) watcher.settled({ id, status: 'processing' });
  await pass(800);
  assert.equal(asked.size, 6);
  await pass(20_000);
  assert.equal(asked.size, 20);
});

withClock('a server that is away for a moment is asked again, a photo that is gone is not', async () => {
  let asked = 0;
  const watcher = new Watcher(async (id) => {
    asked += 1;
    throw Object.assign(new Error('no'), { passing: id === 'away' && asked < 3 });
  }, new Page());
  let error = null;
  watcher.settled({ id: 'away', status: 'processing' }).catch((given) => { error = given; });
  await pass(20_000);
  assert.equal(asked, 3);
  assert.equal(error.message, 'no');
});

withClock('what is settled is not asked about', async () => {
  const watcher = new Watcher(() => assert.fail('asked'), new Page());
  const photo = { id: 'a', status: 'failed' };
  assert.equal(await watcher.settled(photo), photo);
  await pass(5000);
});
