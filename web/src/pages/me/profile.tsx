/** Name, address and password, and closing the account. */

import { useSignal } from '@preact/signals';
import {
  answer, api, Confirming, confirmationOf, confirms, currentConfirmationOf, day, Field, Form, leave, notice, once, refresh,
  showDialog, text, unchanged, type Me,
} from '../../shell';
import { PendingAddress } from './pending-address';

/** Returns what to say of a present password that is refused. */
const refusals = () => ({ 'wrong-credentials': { field: 'current_password', message: text.me.wrongPassword } });

export function Profile({ user }: { user: Me }) {
  const submit = async (values: Record<string, string>) => {
    const { name = '', email = '' } = values;
    const changes = { ...(name !== user.name && { name }), ...(email !== user.email && { email }) };
    if (Object.keys(changes).length === 0) return;
    const confirmation = confirms(values, 'current_password') ? await currentConfirmationOf(values) : {};
    const body = { ...changes, ...confirmation };
    const changed = await answer(api.PATCH('/v1/me', { params: { header: unchanged(user) }, body }));
    await refresh();
    notice(changes.email && changed.pending_email ? text.me.pendingSent : text.me.saved);
  };
  const otherwise = { ...refusals(), 'email-taken': { field: 'email', message: text.sign.taken } };
  return (
    <section class="me-section">
      <h2>{text.me.profile}</h2>
      <Reachable user={user} />
      <Form key={user.version} action={text.save} submit={submit} otherwise={otherwise}>
        <Field name="name" label={text.sign.name} required defaultValue={user.name} autocomplete="name" />
        <Field name="email" label={text.sign.email} type="email" required defaultValue={user.email}
          autocomplete="email" />
        <Confirming name="current_password" optional hint={text.me.currentHint} />
      </Form>
      <PendingAddress user={user} />
    </section>
  );
}

/** Says what mails have to do with the address, where something is amiss. */
function Reachable({ user }: { user: Me }) {
  const send = async () => {
    await answer(api.POST('/v1/me/verification', { params: { header: once() } }));
    notice(text.me.confirmSent);
  };
  return (
    <>
      {user.mail_stopped && <p class="lead">{text.me.mailStopped}</p>}
      {!user.email_verified_at && (
        <>
          <p class="lead">{text.me.unconfirmed}</p>
          <Form action={text.me.confirmAgain} second submit={send}>{null}</Form>
        </>
      )}
    </>
  );
}

export function Password() {
  const changes = useSignal(0);
  const submit = async (values: Record<string, string>) => {
    const { password = '' } = values;
    const body = { password, ...await currentConfirmationOf(values) };
    await answer(api.PATCH('/v1/me', { body }));
    await refresh();
    changes.value += 1;
    notice(text.me.passwordSaved);
  };
  return (
    <section class="me-section">
      <h2>{text.me.password}</h2>
      <Form key={changes.value} action={text.save} submit={submit} otherwise={refusals()}>
        <Confirming name="current_password" />
        <Field name="password" label={text.me.newPassword} type="password" required
          hint={text.me.passwordHint} autocomplete="new-password" />
      </Form>
    </section>
  );
}

export function CloseAccount() {
  const close = () => showDialog(text.me.close, () => {
    const submit = async (values: Record<string, string>) => {
      const body = await confirmationOf(values);
      const { deletes_at: end } = await answer(api.DELETE('/v1/me', { body }));
      leave();
      if (end) notice(text.me.until(day(end)));
    };
    return (
      <Form action={text.me.closeAction} danger submit={submit}
        otherwise={{ 'wrong-credentials': { field: 'password', message: text.me.wrongPassword } }}>
        <p class="dialog-note">{text.me.closeLead}</p>
        <Confirming />
      </Form>
    );
  });
  return (
    <section class="me-section">
      <h2>{text.me.close}</h2>
      <p class="lead">{text.me.closeLead}</p>
      <button class="button" type="button" onClick={close}>{text.me.close}</button>
    </section>
  );
}
