// What is drawn again, and how often the page is measured, while somebody scrolls.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

let frames = [];
const listeners = new Map();
globalThis.requestAnimationFrame = (callback) => frames.push(callback);
globalThis.cancelAnimationFrame = (number) => { frames[number - 1] = undefined; };
globalThis.addEventListener = (type, listener) => listeners.set(type, listener);
globalThis.removeEventListener = (type) => listeners.delete(type);

const { followWindow } = await import('../../web/src/core/follow-window.ts');
const { pure } = await import('../../web/src/core/pure.tsx');

beforeEach(() => { frames = []; });

/** Draws the next frame. */
function draw() {
  const [...due] = frames;
  frames.length = 0;
  for (const callback of due) callback?.();
}

test('all that follows the window looks once a frame, however often it moves', () => {
  const looks = [];
  const ends = [followWindow(() => looks.push('months')), followWindow(() => looks.push('sheet'))];
  for (const type of ['scroll', 'scroll', 'resize']) listeners.get(type)();
  assert.deepEqual(looks, []);
  draw();
  assert.deepEqual(looks, ['months', 'sheet']);
  draw();
  assert.equal(looks.length, 2, 'nothing has moved since');
  ends.forEach((end) => end());
});

test('who follows no more does not look, and with the last one nothing listens', () => {
  const looks = [];
  const end = followWindow(() => looks.push('one'));
  const endOther = followWindow(() => looks.push('other'));
  listeners.get('scroll')();
  end();
  draw();
  assert.deepEqual(looks, ['other']);
  listeners.get('scroll')();
  endOther();
  draw();
  assert.deepEqual(looks, ['other']);
  assert.equal(listeners.size, 0);
});

test('one that goes while all look is asked no more than once', () => {
  const looks = [];
  const end = followWindow(() => {
    looks.push('one');
    end();
  });
  listeners.get('scroll')();
  draw();
  assert.deepEqual(looks, ['one']);
  assert.equal(listeners.size, 0);
});

test('a component is drawn again when one of its properties is another, and else not', () => {
  const Pure = pure(() => null);
  const isDrawnAgain = (before, after) => {
    const component = new Pure(before);
    component.props = before;
    return component.shouldComponentUpdate(after);
  };
  const box = { left: 0 };
  assert.equal(isDrawnAgain({ box, of: 3 }, { box, of: 3 }), false);
  assert.equal(isDrawnAgain({ box, of: 3 }, { box: { left: 0 }, of: 3 }), true);
  assert.equal(isDrawnAgain({ box, of: 3 }, { box, of: 4 }), true);
  assert.equal(isDrawnAgain({ box }, { box, of: 3 }), true);
  assert.equal(isDrawnAgain({ box, of: 3 }, { box }), true);
  assert.equal(isDrawnAgain({ of: NaN }, { of: NaN }), false);
});
