/** How much of the storage is used. */

import type { Me } from '../api/types';
import { bytes, text } from '../i18n';

export function UsageMeter({ user: { usage, quota } }: { user: Me }) {
  const used = bytes(usage.bytes);
  return (
    <div class="usage">
      <p>{text.photos(usage.photos)}, {text.account.usage(used, bytes(quota.bytes))}</p>
      <meter class="meter" min={0} max={quota.bytes} value={usage.bytes} aria-label={text.account.meter} />
    </div>
  );
}
