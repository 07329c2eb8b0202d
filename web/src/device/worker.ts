/** The service worker as the page sees it: it is installed, brings new versions, and forgets. */

import { logMistake, notice, text } from '../shell';

const ADDRESS = '/worker.js';
/** How often an open page asks for a new version, in milliseconds. */
const OFTEN = 60 * 60_000;

interface Policy {
  createScriptURL: (address: string) => string;
}

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => Policy;
}

/** Returns the worker's address as browsers with trusted types want it: of the one policy there is, which knows no other. */
function trusted(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return ADDRESS;
  const policy = types.createPolicy('worker', { createScriptURL: () => ADDRESS });
  return policy.createScriptURL(ADDRESS);
}

/** Installs the worker, and offers each new version once it is there. */
export async function startWorker() {
  if (!('serviceWorker' in navigator)) return;
  const container = navigator.serviceWorker;
  const before = container.controller;
  let leaving = false;
  container.addEventListener('controllerchange', () => {
    // The first one takes over a page that is as new as itself.
    if (!before || leaving) return;
    leaving = true;
    location.reload();
  });
  try {
    const registration = await container.register(trusted());
    const offer = () => {
      const { waiting } = registration;
      if (!waiting || !container.controller) return;
      notice(text.device.update, { label: text.device.reload, run: () => waiting.postMessage('update') });
    };
    offer();
    registration.addEventListener('updatefound', () => {
      const coming = registration.installing;
      coming?.addEventListener('statechange', () => { if (coming.state === 'installed') offer(); });
    });
    setInterval(() => { registration.update().catch(() => {}); }, OFTEN);
  } catch (error) {
    // Without it the page works as before, but for its being there without a network.
    logMistake(error);
  }
}

/** Has everything forgotten that was kept of what was seen. */
export function forgetSeen() {
  navigator.serviceWorker?.controller?.postMessage('forget');
  if (!('caches' in globalThis)) return;
  for (const name of ['seen-answers', 'seen-pictures']) caches.delete(name).catch(() => {});
}
