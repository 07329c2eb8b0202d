/** Who is signed in. Before it is somebody else, the page forgets all that it has of who was. */

import * as api from './api.js';
import { quiet } from './live.js';
import { keys } from './photo-image.js';
import { uploads } from './uploader.js';

let me = null;
const listeners = new Set();
/** The other tabs, which have the same cookie. */
const tabs = new BroadcastChannel('session');

/** The signed-in user, or `null`. */
export const current = () => me;

/** Calls `listener({ left })` whenever it is somebody else, or nobody; `left` when they wanted to leave. */
export function listen(listener) {
  listeners.add(listener);
}

function become(user, left = false) {
  if (user?.id === me?.id) {
    me = user;
    return;
  }
  forget(user);
  me = user;
  for (const listener of listeners) listener({ left });
}

/** Stops and forgets what names, shows or opens something of who was signed in. */
function forget(next) {
  api.abandon();
  uploads.clear();
  keys.belongTo(next?.id ?? null);
  quiet();
}

/** The user that the cookie stands for, or `null`. */
async function ask() {
  try {
    return await api.getMe();
  } catch (error) {
    if (error.status !== 401) throw error;
    return null;
  }
}

/** Finds out who is signed in; a failure other than "nobody" is thrown. */
export async function restore() {
  me = await ask();
  // Another may have signed in since this tab was last loaded.
  keys.belongTo(me?.id ?? null);
  return me;
}

/** Reads the usage anew. */
export async function refresh() {
  become(await api.getMe());
  return me;
}

export async function signIn(email, password) {
  await api.createSession(email, password);
  become(await api.getMe());
  tabs.postMessage('changed');
}

export async function signUp({ name, email, password }) {
  await api.createUser({ name, email, password });
  await signIn(email, password);
}

export async function signOut() {
  await api.deleteSession(me.session);
  become(null, true);
  tabs.postMessage('changed');
}

api.onSignedOut(() => become(null));

tabs.addEventListener('message', async () => {
  try {
    become(await ask());
  } catch {
    // Without an answer nothing new is shown either; the next request tells.
  }
});
