// The password or a passkey: buttons that go when they are pressed leave the focus to what takes their place.
/* global document */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { FakeElement, settled } from './fake-document.mjs';

globalThis.PublicKeyCredential = { parseRequestOptionsFromJSON: (options) => options };

const { h, render } = await import('preact');
const { Confirming, me } = await import('../../web/src/shell.ts');

let root;

async function open(user) {
  me.value = { id: 'user_ana', email: 'ana@photos.example', ...user };
  render(h('form', null, h(Confirming)), root);
  await settled();
}

async function press() {
  const button = root.all.find(({ localName }) => localName === 'button');
  button.focus();
  button.click();
  await settled();
}

beforeEach(() => {
  root = new FakeElement('div');
  document.activeElement = document.body;
});

test('the focus goes to what a button has brought', async () => {
  await open({ has_password: true, passkeys: 1 });
  assert.equal(document.activeElement, document.body, 'a form that appears leaves it alone');
  await press();
  assert.ok(document.activeElement.has('by-passkey'));
  await press();
  assert.equal(document.activeElement.get('name'), 'password');
});

test('where only a passkey can confirm, the form begins with it and leaves the focus alone', async () => {
  await open({ has_password: false, passkeys: 1 });
  assert.ok(root.querySelector('.by-passkey'));
  assert.equal(document.activeElement, document.body);
});

test('a browser that takes no passkeys asks for the password', async () => {
  globalThis.PublicKeyCredential = {};
  await open({ has_password: true, passkeys: 1 });
  assert.equal(root.querySelector('.use-passkey'), null);
  assert.ok(root.querySelector('[name="password"]'));
});
