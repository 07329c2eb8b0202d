// Where somebody was going when they had to sign in, and by which ways that is still known.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const kept = new Map();
globalThis.sessionStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
};
globalThis.location = { hash: '' };

const { forgetDestination, keepDestination, takeDestination } = await import('../../web/src/core/destination.ts');

beforeEach(() => kept.clear());

/** Somebody who is not signed in goes from one of these addresses to the next. */
function visit(...hashes) {
  for (const hash of hashes) {
    globalThis.location.hash = hash;
    keepDestination();
  }
}

test('whoever signs in goes on to where they were going, by whichever page they sign in', () => {
  visit('#/photos', '#/albums/album_1?x=1', '#/sign-up', '#/forgotten', '#/sign-in');
  assert.equal(takeDestination(), '#/albums/album_1?x=1');
});

test('whoever was going nowhere sees the albums', () => {
  assert.equal(takeDestination(), '#/');
  visit('#/sign-in');
  assert.equal(takeDestination(), '#/');
  visit('');
  assert.equal(takeDestination(), '#/');
});

test('a sign-on that was refused forgets nothing, and begins anew for the same place', () => {
  visit('#/invitation/albumen_token');
  // The provider leads to a page that only says so; from there it is a step to signing in.
  globalThis.location.hash = '#/single-sign-on/refused';
  visit('#/sign-in');
  assert.equal(takeDestination(), '#/invitation/albumen_token');
});

test('who has arrived is led there once, and another person not at all', () => {
  visit('#/me');
  assert.equal(takeDestination(), '#/me');
  assert.equal(takeDestination(), '#/');
  visit('#/me');
  forgetDestination();
  assert.equal(takeDestination(), '#/');
});
