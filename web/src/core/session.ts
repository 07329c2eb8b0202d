/** The session. Before it is somebody else's, the page forgets all that it has of who was. */

import { signal } from '@preact/signals';
import { abandonAnswers, answer, api, early, once, onSignedOut } from '../api/client';
import { statusOf } from '../api/problems';
import type { Me } from '../api/types';
import { quiet } from './live';
import { forgetPositions } from './router';

/** The signed-in user, or `null`. */
export const me = signal<Me | null>(null);

/** The other tabs, which have the same cookie. */
const tabs = new BroadcastChannel('session');

/** True while it is a guess that nobody is signed in. */
let guessed = false;

type Leaver = (event: { left: boolean }) => void;

/** What stops or forgets something of a user, given the id of the next one, or `null`. */
const forgetters = new Set<(next: string | null) => void>();
const listeners = new Set<Leaver>();

/** Registers what must be forgotten before somebody else is signed in. */
export function whenForgotten(forget: (next: string | null) => void) {
  forgetters.add(forget);
}

/** Calls the listener when it is somebody else, or nobody; `left` when they wanted to leave. */
export function whenChanged(listener: Leaver) {
  listeners.add(listener);
}

function become(user: Me | null, left = false) {
  guessed = false;
  if (user?.id === me.value?.id) {
    me.value = user;
    return;
  }
  abandonAnswers();
  for (const forget of forgetters) forget(user?.id ?? null);
  quiet();
  forgetPositions();
  me.value = user;
  for (const listener of listeners) listener({ left });
}

const readMe = () => answer(api.GET('/v1/me'));

/** Resolves with the user that the cookie stands for, or `null`. */
async function ask(): Promise<Me | null> {
  try {
    return await readMe();
  } catch (error) {
    if (statusOf(error) !== 401) throw error;
    return null;
  }
}

/** Finds out who is signed in; a failure other than "nobody" is thrown. */
export async function restore() {
  const nobody = await early.nobody;
  guessed = nobody && early.guessed;
  me.value = nobody ? null : await ask();
  // Another may have signed in since this tab was last loaded.
  for (const forget of forgetters) forget(me.value?.id ?? null);
}

/** Looks for a session where there was only a guess that there is none. */
export async function makeSure() {
  if (!guessed) return;
  guessed = false;
  try {
    // What is asked without a session fails, and stands in the console as a mistake.
    if (await early.lacksSession()) return;
    become(await ask());
  } catch {
    // The next page that needs somebody looks once more.
    guessed = me.value === null;
  }
}

/** Reads name, address and usage anew. */
export async function refresh() {
  become(await readMe());
}

/** What signs in: a code only where the second factor is on. */
export interface Credentials {
  email: string;
  password: string;
  code?: string;
}

export async function signIn(credentials: Credentials) {
  const body = { ...credentials, cookie: true };
  await answer(api.POST('/v1/sessions', { body, params: { header: once() } }));
  await enter();
}

/** Takes note of a session that began otherwise: by a passkey. */
export async function enter() {
  become(await readMe());
  tabs.postMessage('changed');
}

/** Signs up and in; `invitation` is the token of the link that somebody came by. */
export async function signUp(user: { name: string; email: string; password: string; invitation?: string }) {
  await answer(api.POST('/v1/users', { body: user, params: { header: once() } }));
  await signIn({ email: user.email, password: user.password });
}

/** Signs in by what the provider has shown; a code only where it is asked for. */
export async function signOn(body: { code?: string }, header: ReturnType<typeof once>) {
  await answer(api.POST('/v1/single-sign-on/sessions', { body, params: { header } }));
  become(await readMe());
  tabs.postMessage('changed');
}

/**
 * Signs out here. Returns the address at which the browser leaves the provider of single sign-on, too,
 * if the session began at one: whoever uses this browser next would be let in by the session there.
 */
export async function signOut(): Promise<string | null> {
  const session = me.value?.session;
  if (!session) return null;
  const ended = await answer(api.DELETE('/v1/sessions/{session}', { params: { path: { session } } }));
  become(null, true);
  tabs.postMessage('changed');
  return ended?.address ?? null;
}

/** Takes note that the account is closed, and the session with it. */
export function leave() {
  become(null, true);
  tabs.postMessage('changed');
}

onSignedOut(() => become(null));

tabs.addEventListener('message', async () => {
  try {
    become(await ask());
  } catch {
    // Without an answer nothing new is shown either; the next request tells.
  }
});
