/** The accounts of this Albumen, for administrators; and the way to become one. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import {
  answer, api, day, Field, Form, ListOf, me, once, PagedList, refresh, text, type Account,
} from '../../shell';
import { showAccount } from './account';
import { showInvitations } from './invitations';
import { stateOf } from './state';

const PAGE = 50;

export function AdministrationPage() {
  const user = me.value;
  if (!user) return null;
  return (
    <div class="page me">
      <div class="page-head">
        <h1 tabIndex={-1}>{text.administration.title}</h1>
        {user.administrator && (
          <button class="button invite" type="button" onClick={showInvitations}>
            {text.administration.invitations}
          </button>
        )}
      </div>
      {user.administrator ? <Accounts /> : <Claim />}
    </div>
  );
}

/** Takes the code that makes somebody an administrator. */
function Claim() {
  const submit = async ({ code = '' }: Record<string, string>) => {
    await answer(api.POST('/v1/administrators', { body: { code }, params: { header: once() } }));
    await refresh();
  };
  return (
    <section class="me-section">
      <p class="lead">{text.administration.claimLead}</p>
      <Form action={text.administration.claim} submit={submit}
        otherwise={{
          invalid: { field: 'code', message: text.administration.wrongCode },
          'address-not-verified': { field: 'code', message: text.me.confirmFirst },
        }}>
        <Field name="code" label={text.administration.code} required autocomplete="off"
          autocapitalize="none" spellcheck={false} />
      </Form>
    </section>
  );
}

function Accounts() {
  const email = useSignal('');
  const list = useMemo(() => new PagedList<Account>((cursor) => {
    const query = email.value ? { email: email.value } : { limit: PAGE, cursor };
    return answer(api.GET('/v1/accounts', { params: { query } }));
  }), []);
  const find = async ({ email: wanted = '' }: Record<string, string>) => {
    email.value = wanted;
    await list.reload();
  };
  return (
    <>
      <Form action={text.administration.find} submit={find}>
        <Field name="email" label={text.sign.email} type="email" optional inputmode="email"
          hint={text.administration.findHint} autocapitalize="none" spellcheck={false} autocomplete="off" />
      </Form>
      <ListOf list={list} empty={<p class="lead">{text.administration.none}</p>}>
        {(accounts) => (
          <ul class="rows" role="list">
            {accounts.map((one) => <AccountRow key={one.id} account={one} list={list} />)}
          </ul>
        )}
      </ListOf>
    </>
  );
}

function AccountRow({ account, list }: { account: Account; list: PagedList<Account> }) {
  const told = [account.email, text.me.since(day(account.created_at)), ...stateOf(account)];
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title" dir="auto">{account.name}</p>
        <p class="row-detail">{told.join(' · ')}</p>
      </div>
      <button class="button is-small" type="button" aria-label={text.administration.of(account.name)}
        onClick={() => showAccount(account, list)}>
        {text.administration.more}
      </button>
    </li>
  );
}
