/** The link of an invitation that no mail brings: whoever invites passes it on. */

import { copy, text } from '../shell';

/** Returns the address of an invitation; the token stands in the hash, which no server sees. */
function invitationAddress(token: string): string {
  return `${location.origin}/#/invitation/${token}`;
}

export function HandedLink({ email, token }: { email: string; token: string }) {
  const address = invitationAddress(token);
  return (
    <section class="handed-link" aria-label={text.members.link}>
      <p class="dialog-note">{text.members.passOn(email)}</p>
      <input class="input" readOnly value={address} aria-label={text.members.link}
        onFocus={(event) => event.currentTarget.select()} />
      <div class="dialog-actions">
        <button class="button is-primary" type="button" onClick={() => copy(address)}>
          {text.share.copyLink}
        </button>
      </div>
    </section>
  );
}
