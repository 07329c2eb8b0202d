/** Keeps the screen on while something goes on that would stop in the dark. */

interface Lock {
  release: () => Promise<void>;
}

interface Wakeful {
  wakeLock?: { request: (type: 'screen') => Promise<Lock> };
}

/**
 * Keeps the screen on until the function that is returned is called. Browsers end it with the tab's
 * being hidden, so it is asked for again when the tab is back.
 */
export function stayAwake(device: Wakeful = navigator as Wakeful, page: Document = document): () => void {
  let ended = false;
  let lock: Lock | null = null;
  const release = () => {
    lock?.release().catch(() => {});
    lock = null;
  };
  const ask = async () => {
    if (ended || page.hidden || !device.wakeLock) return;
    try {
      const got = await device.wakeLock.request('screen');
      release();
      lock = got;
      if (ended) release();
    } catch {
      // A battery that is low, or a browser that does not let pages do that.
    }
  };
  page.addEventListener('visibilitychange', ask);
  ask();
  return () => {
    ended = true;
    page.removeEventListener('visibilitychange', ask);
    release();
  };
}
