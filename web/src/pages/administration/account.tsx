/** One account, and what an administrator does to it. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  answer, api, ask, bytes, Failure, Loading, me, messageOf, notice, PagedList, showDialog, text,
  type Account, type AccountWithUsage,
} from '../../shell';
import { appoint, setQuota } from './changes';
import { stateOf } from './state';

/** Shows an account above the list that it stands in. */
export function showAccount(account: Account, list: PagedList<Account>) {
  showDialog(account.name, (close) => <Details user={account.id} list={list} close={close} />);
}

const read = (user: string) => answer(api.GET('/v1/accounts/{user}', { params: { path: { user } } }));

interface DetailsProps {
  user: string;
  list: PagedList<Account>;
  close: () => void;
}

function Details({ user, list, close }: DetailsProps) {
  const found = useSignal<AccountWithUsage | null>(null);
  const failure = useSignal<unknown>(null);
  const load = async () => {
    failure.value = null;
    try {
      found.value = await read(user);
    } catch (error) {
      failure.value = error;
    }
  };
  useEffect(() => { load(); }, [user]);
  if (failure.value !== null) return <Failure error={failure.value} retry={load} />;
  const account = found.value;
  if (!account) return <Loading />;
  const { usage, quota, second_factor: factor } = account;
  const told = [
    text.account.usage(text.photos(usage.photos), bytes(usage.bytes), bytes(quota.bytes)),
    factor ? text.administration.factorOn : text.administration.factorOff,
    ...stateOf(account),
  ];
  return (
    <>
      <p class="dialog-note">{account.email}</p>
      <p class="dialog-note">{told.join(' · ')}</p>
      {account.id === me.value?.id
        ? <p class="dialog-note">{text.administration.own}</p>
        : <Acts account={account} list={list} close={close} />}
    </>
  );
}

interface ActsProps {
  account: AccountWithUsage;
  list: PagedList<Account>;
  close: () => void;
}

function Acts({ account, list, close }: ActsProps) {
  const words = text.administration;
  const params = { path: { user: account.id } };
  const show = (now: AccountWithUsage) => {
    list.change(({ id }) => id === now.id, () => now);
    close();
  };
  const act = async (done: string, request: () => Promise<unknown>) => {
    try {
      await request();
      show(await read(account.id));
      notice(done);
    } catch (error) {
      notice(messageOf(error));
    }
  };
  const suspend = async (suspended: boolean) => {
    const question = { title: words.suspend, body: words.suspendLead, action: words.suspend, danger: true };
    if (suspended && !await ask(question)) return;
    const done = suspended ? words.isSuspended : words.isResumed;
    await act(done, () => answer(api.PATCH('/v1/accounts/{user}', { params, body: { suspended } })));
  };
  const end = () => act(
    words.sessionsEnded, () => answer(api.DELETE('/v1/accounts/{user}/sessions', { params })),
  );
  const closeAccount = async () => {
    if (!await ask({ title: words.close, body: words.closeLead, action: words.close, danger: true })) return;
    await act(words.isClosed, () => answer(api.DELETE('/v1/accounts/{user}', { params })));
  };
  const suspended = Boolean(account.suspended_at);
  const administrator = Boolean(account.administrator_since);
  const mayBecomeOne = !suspended && !account.deletes_at;
  return (
    <div class="dialog-actions">
      <button class="button" type="button" onClick={() => suspend(!suspended)}>
        {suspended ? words.resume : words.suspend}
      </button>
      <button class="button" type="button" onClick={end}>{words.endSessions}</button>
      <button class="button set-quota" type="button" onClick={() => setQuota(account, show)}>{words.quota}</button>
      {(administrator || mayBecomeOne) && (
        <button class="button appoint" type="button" onClick={() => appoint(account, show)}>
          {administrator ? words.dismiss : words.appoint}
        </button>
      )}
      {!account.deletes_at && (
        <button class="button is-danger" type="button" onClick={closeAccount}>{words.close}</button>
      )}
    </div>
  );
}
