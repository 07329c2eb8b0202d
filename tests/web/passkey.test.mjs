// Keys that are made by a passkey, and the account that they are for.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { beforeEach, test } from 'node:test';

globalThis.location = new URL('http://localhost/');
globalThis.crypto ??= webcrypto;
const credentials = { get: async () => ({ toJSON: () => ({ id: 'signed' }) }) };
Object.defineProperty(globalThis, 'navigator', { value: { credentials }, configurable: true });

/** The bodies that the API was sent. */
let sent = [];
/** The problem that it answers with, if any. */
let refusal = null;
globalThis.fetch = async (request) => {
  if (request.method !== 'POST') return new Response(JSON.stringify({ challenge: 'c' }));
  sent.push(await request.json());
  return refusal ? Response.json(refusal, { status: refusal.status }) : Response.json({});
};

const { canUsePasskey, makeKeyByPasskey } = await import('../../web/src/core/passkey.ts');

beforeEach(() => {
  sent = [];
  refusal = null;
  globalThis.PublicKeyCredential = { parseRequestOptionsFromJSON: (options) => options };
});

test('a key says which account it is for: the browser offers passkeys of all', async () => {
  await makeKeyByPasskey({ name: 'Backup', scopes: ['read'], user: 'user_ana' });
  assert.deepEqual(sent, [{ name: 'Backup', scopes: ['read'], user: 'user_ana', credential: { id: 'signed' } }]);
});

test('a passkey of another account is told as one', async () => {
  const refusals = [
    { type: '/problems/invalid', status: 422, errors: [{ field: 'user', detail: 'has another passkey' }] },
    { type: '/problems/wrong-credentials', status: 401 },
  ];
  for (const one of refusals) {
    refusal = one;
    const made = makeKeyByPasskey({ name: 'Backup', scopes: ['read'], user: 'user_ana' });
    await assert.rejects(made, /none of this account/);
  }
});

test('a passkey confirms where the account has one and the browser takes it', () => {
  assert.equal(canUsePasskey({ passkeys: 1 }), true);
  assert.equal(canUsePasskey({ passkeys: 0 }), false);
  assert.equal(canUsePasskey(null), false);
  globalThis.PublicKeyCredential = {};
  assert.equal(canUsePasskey({ passkeys: 1 }), false, 'a browser that does not read what the API writes');
});
