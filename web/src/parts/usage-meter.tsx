/** How much of the storage is used. */

import type { Me } from '../api/types';
import { bytes, text } from '../i18n';

export function UsageMeter({ user: { usage, quota } }: { user: Me }) {
  const words = text.account.usage(text.photos(usage.photos), bytes(usage.bytes), bytes(quota.bytes));
  return (
    <div class="usage">
      <p>{words}</p>
      <meter class="meter" min={0} max={quota.bytes} value={usage.bytes} aria-label={text.account.meter} />
    </div>
  );
}
