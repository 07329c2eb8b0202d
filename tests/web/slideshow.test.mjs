// Slideshows: one photo after the other, and no photo skipped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slideshow } from '../../web/src/pages/viewer/slideshow.ts';

function made(t, { photos = 3, loaded = () => true } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = { at: 0 };
  const next = () => {
    if (seen.at >= photos - 1) return false;
    seen.at += 1;
    return true;
  };
  return { seen, show: new Slideshow(() => ({ next, loaded }), 1000) };
}

test('goes on by itself, and stops at the last photo', (t) => {
  const { seen, show } = made(t);
  show.toggle();
  t.mock.timers.tick(1000);
  t.mock.timers.tick(1000);
  assert.deepEqual([seen.at, show.playing.value], [2, true]);
  t.mock.timers.tick(1000);
  assert.deepEqual([seen.at, show.playing.value], [2, false]);
});

test('a photo that somebody turned to has its whole time', (t) => {
  const { seen, show } = made(t);
  show.start();
  t.mock.timers.tick(900);
  show.wait();
  t.mock.timers.tick(900);
  assert.equal(seen.at, 0);
  t.mock.timers.tick(100);
  assert.equal(seen.at, 1);
});

test('waits for a picture that is still coming', (t) => {
  let there = false;
  const { seen, show } = made(t, { loaded: () => there });
  show.start();
  t.mock.timers.tick(1000);
  assert.deepEqual([seen.at, show.playing.value], [0, true]);
  there = true;
  t.mock.timers.tick(1000);
  assert.equal(seen.at, 1);
});

test('does nothing more once it was stopped', (t) => {
  const { seen, show } = made(t);
  show.toggle();
  show.toggle();
  t.mock.timers.tick(5000);
  assert.deepEqual([seen.at, show.playing.value], [0, false]);
});
