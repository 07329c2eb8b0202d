/** What an account is, in words: none for one that is as most are. */

import { day, text, type Account } from '../../shell';

export function stateOf(account: Account): string[] {
  const words = text.administration.states;
  return [
    account.administrator_since ? words.administrator : '',
    account.suspended_at ? words.suspended : '',
    account.deletes_at ? words.closing(day(account.deletes_at)) : '',
    account.email_verified_at ? '' : words.unverified,
  ].filter(Boolean);
}
