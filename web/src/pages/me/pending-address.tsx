/** The address that is to be the account's, once the mail to it has been answered. */

import { answer, api, day, messageOf, notice, once, refresh, text, type Me } from '../../shell';

export function PendingAddress({ user }: { user: Me }) {
  const pending = user.pending_email;
  if (!pending) return null;
  const { email, expires_at: end } = pending;
  return (
    <div class="pending-address">
      <p class="lead" role="status">{text.me.pending(email, day(end))}</p>
      <div class="dialog-actions">
        <button class="button is-small" type="button" onClick={sendAgain}>{text.me.pendingAgain}</button>
        <button class="button is-small" type="button" onClick={() => keep(user)}>{text.me.pendingEnd}</button>
      </div>
    </div>
  );
}

async function sendAgain() {
  try {
    await answer(api.POST('/v1/me/verification', { params: { header: once() } }));
    notice(text.me.pendingSent);
  } catch (error) {
    notice(messageOf(error));
  }
}

/** Keeps the address that the account has. */
async function keep({ email }: Me) {
  try {
    await answer(api.PATCH('/v1/me', { body: { email } }));
    await refresh();
    notice(text.me.pendingEnded);
  } catch (error) {
    notice(messageOf(error));
  }
}
