/** The number of files that are still being sent, on the icon of the installed page. */

import type { UploadQueue } from '../shell';

interface Badged {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

type Queue = Pick<UploadQueue<unknown>, 'summary' | 'listen'>;

export function showBadge(queue: Queue, device: Badged = navigator as Badged) {
  let shown = 0;
  queue.listen(() => {
    const { busy } = queue.summary;
    if (busy === shown) return;
    shown = busy;
    const done = busy > 0 ? device.setAppBadge?.(busy) : device.clearAppBadge?.();
    // Browsers refuse it to pages that are not installed.
    done?.catch(() => {});
  });
}
