import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { sharpenSoon } from '../../web/src/photos/sharpen.ts';

test('pictures get sharp once no more come, and some time all the same', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const sharp = [];
  sharpenSoon(() => sharp.push('first'));
  mock.timers.tick(200);
  const forget = sharpenSoon(() => sharp.push('gone'));
  sharpenSoon(() => sharp.push('second'));
  forget();
  mock.timers.tick(299);
  assert.deepEqual(sharp, [], 'they still come');
  mock.timers.tick(1);
  assert.deepEqual(sharp, ['first', 'second'], 'and not what is out of view by then');

  for (let number = 0; number < 10; number += 1) {
    sharpenSoon(() => sharp.push(number));
    mock.timers.tick(200);
  }
  assert.ok(sharp.length > 2, 'those of a long scroll do not wait for its end');
  mock.timers.reset();
});
