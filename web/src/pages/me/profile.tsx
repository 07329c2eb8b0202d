/** Name, address and password, and closing the account. */

import { useSignal } from '@preact/signals';
import {
  answer, api, CodeFieldIfOn, codeOf, day, Field, Form, leave, notice, OwnPassword, refresh, showDialog, text, unchanged, type Me,
} from '../../shell';

const WRONG = { 'wrong-credentials': { field: 'current_password', message: text.me.wrongPassword } };

export function Profile({ user }: { user: Me }) {
  const submit = async (values: Record<string, string>) => {
    const { name = '', email = '', current_password = '' } = values;
    const body = {
      ...(name !== user.name && { name }),
      ...(email !== user.email && { email }),
      ...(current_password && { current_password }),
      ...codeOf(values),
    };
    if (Object.keys(body).length === 0) return;
    await answer(api.PATCH('/v1/me', { params: { header: unchanged(user) }, body }));
    await refresh();
    notice(text.me.saved);
  };
  const otherwise = { ...WRONG, 'email-taken': { field: 'email', message: text.sign.taken } };
  return (
    <section class="me-section">
      <h2>{text.me.profile}</h2>
      <Form key={user.version} action={text.save} submit={submit} otherwise={otherwise}>
        <Field name="name" label={text.sign.name} required defaultValue={user.name} autocomplete="name" />
        <Field name="email" label={text.sign.email} type="email" required defaultValue={user.email}
          autocomplete="email" />
        <Field name="current_password" label={text.me.current} type="password" optional
          hint={text.me.currentHint} autocomplete="current-password" />
        <CodeFieldIfOn optional />
      </Form>
    </section>
  );
}

export function Password() {
  const changes = useSignal(0);
  const submit = async (values: Record<string, string>) => {
    const { password = '', current_password = '' } = values;
    await answer(api.PATCH('/v1/me', { body: { password, current_password, ...codeOf(values) } }));
    await refresh();
    changes.value += 1;
    notice(text.me.passwordSaved);
  };
  return (
    <section class="me-section">
      <h2>{text.me.password}</h2>
      <Form key={changes.value} action={text.save} submit={submit} otherwise={WRONG}>
        <OwnPassword name="current_password" />
        <Field name="password" label={text.me.newPassword} type="password" required
          hint={text.me.passwordHint} autocomplete="new-password" />
        <CodeFieldIfOn />
      </Form>
    </section>
  );
}

export function CloseAccount() {
  const close = () => showDialog(text.me.close, () => {
    const submit = async (values: Record<string, string>) => {
      const body = { password: values.password ?? '', ...codeOf(values) };
      const { deletes_at: end } = await answer(api.DELETE('/v1/me', { body }));
      leave();
      if (end) notice(text.me.until(day(end)));
    };
    return (
      <Form action={text.me.closeAction} danger submit={submit}
        otherwise={{ 'wrong-credentials': { field: 'password', message: text.me.wrongPassword } }}>
        <p class="dialog-note">{text.me.closeLead}</p>
        <OwnPassword />
        <CodeFieldIfOn />
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
