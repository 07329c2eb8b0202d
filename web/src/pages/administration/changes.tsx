/** What is changed of an account by a form: whether its user is an administrator, and its quota. */

import {
  answer, api, bytes, CodeFieldIfOn, codeOf, Field, Form, notice, OwnPassword, showDialog, text,
  type AccountWithUsage,
} from '../../shell';

/** Bytes of the unit in which quotas are typed: a gigabyte. */
const UNIT = 1e9;

/** The most of it that the service takes. */
const MOST = 9_007_199;

/** Shows the change, once it is made. */
export type Changed = (account: AccountWithUsage) => void;

/** Asks for what shows who it is, and makes the user an administrator, or takes that back. */
export function appoint(account: AccountWithUsage, changed: Changed) {
  const words = text.administration;
  const administrator = !account.administrator_since;
  const title = administrator ? words.appoint : words.dismiss;
  showDialog(title, (close) => {
    const submit = async (values: Record<string, string>) => {
      const { password = '' } = values;
      const body = { administrator, password, ...codeOf(values) };
      const params = { path: { user: account.id } };
      const now = await answer(api.PATCH('/v1/accounts/{user}', { params, body }));
      close();
      changed(now);
      notice(administrator ? words.isAppointed : words.isDismissed);
    };
    return (
      <Form action={title} submit={submit} danger={!administrator}>
        <p class="dialog-note">
          {administrator ? words.appointLead(account.name, account.email) : words.dismissLead(account.name)}
        </p>
        <OwnPassword />
        <CodeFieldIfOn />
      </Form>
    );
  });
}

/** Asks for the quota of an account. */
export function setQuota(account: AccountWithUsage, changed: Changed) {
  const words = text.administration;
  const { bytes: now, own } = account.quota;
  showDialog(words.quota, (close) => {
    const submit = async ({ quota = '' }: Record<string, string>) => {
      const quota_bytes = quota.trim() ? Math.round(Number(quota) * UNIT) : null;
      const params = { path: { user: account.id } };
      const set = await answer(api.PATCH('/v1/accounts/{user}', { params, body: { quota_bytes } }));
      close();
      changed(set);
      notice(words.quotaIs(bytes(set.quota.bytes)));
    };
    return (
      <Form action={text.save} submit={submit}>
        <p class="dialog-note">{words.quotaLead(bytes(account.usage.bytes), bytes(now))}</p>
        <Field name="quota" label={words.quotaLabel} type="number" optional inputmode="decimal" min="0" max={`${MOST}`}
          step="any" hint={words.quotaHint} autocomplete="off" defaultValue={own ? `${now / UNIT}` : ''} />
      </Form>
    );
  });
}
