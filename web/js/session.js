/** Who is signed in. */

import * as api from './api.js';
import { keys } from './print.js';
import { uploads } from './uploader.js';

let me = null;
const listeners = new Set();

/** The signed-in user, or `null`. */
export const current = () => me;

/** Calls `listener({ left })` whenever somebody signs in or out; `left` when they wanted to leave. */
export function listen(listener) {
  listeners.add(listener);
}

function become(user, left = false) {
  me = user;
  for (const listener of listeners) listener({ left });
}

/** Finds out who is signed in; a failure other than "nobody" is thrown. */
export async function restore() {
  try {
    me = await api.getMe();
  } catch (error) {
    if (error.status !== 401) throw error;
    me = null;
  }
  return me;
}

/** Reads the usage anew. */
export async function refresh() {
  me = await api.getMe();
  return me;
}

export async function signIn(email, password) {
  await api.createSession(email, password);
  become(await api.getMe());
}

export async function signUp({ name, email, password }) {
  await api.createUser({ name, email, password });
  await signIn(email, password);
}

export async function signOut() {
  await api.deleteSession(me.session);
  uploads.clear();
  keys.clear();
  become(null, true);
}

api.onSignedOut(() => {
  if (me) become(null);
});
