/** What the page does with the device, once it is shown: all of it can wait, and none of it must be there. */

import { effect } from '@preact/signals';
import { me, stayAwake, uploads, whenForgotten } from '../shell';
import { forgetDevice } from './store';
import { keepInterrupted } from './interrupted';
import { takeHandedOver } from './handed-over';
import { forgetSeen, startWorker } from './worker';
import { showBadge } from './badge';

export { InterruptedBar } from './interrupted-bar';

/** The user whose things are on the device. */
const OWNER = 'kept-for';

function forget(next: string | null) {
  const before = localStorage.getItem(OWNER);
  if (before === next) return;
  if (next === null) localStorage.removeItem(OWNER);
  else localStorage.setItem(OWNER, next);
  forgetSeen();
  // While nobody is signed in, only what is handed over is kept: for whoever signs in then.
  if (before !== null) forgetDevice().catch(() => {});
}

/** Keeps the screen on while files are sent. */
function keepScreen() {
  let release: (() => void) | null = null;
  uploads.listen(() => {
    const busy = uploads.summary.busy > 0;
    if (busy) release ??= stayAwake();
    else {
      release?.();
      release = null;
    }
  });
}

export function startDevice() {
  forget(me.value?.id ?? null);
  whenForgotten(forget);
  startWorker();
  keepScreen();
  showBadge(uploads);
  keepInterrupted(uploads);
  // Those who have to sign in first are asked afterwards.
  effect(() => { if (me.value) takeHandedOver(); });
}
