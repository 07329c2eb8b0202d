/** The single sign-on that the account is linked to, and the password that it may lack. */

import {
  answer, api, Confirming, currentConfirmationOf, day, Form, notice, once, refresh, showDialog, text, type Me,
} from '../../shell';

/** Returns the host of a provider, by which people know it. */
function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}

export function SignOn({ user }: { user: Me }) {
  if (user.identities.length === 0) return null;
  return (
    <section class="me-section linked-sign-on">
      <h2>{text.signOn.title}</h2>
      {user.identities.map(({ issuer, linked_at: at }) => (
        <p class="lead" key={issuer}>{text.signOn.linked(hostOf(issuer), day(at))}</p>
      ))}
      {user.has_password && (
        <button class="button unlink" type="button" onClick={askForEnd}>{text.signOn.unlink}</button>
      )}
    </section>
  );
}

/** Asks for the password, and ends the link. */
function askForEnd() {
  showDialog(text.signOn.unlink, (close) => {
    const submit = async (values: Record<string, string>) => {
      const body = { identities: [] as never[], ...await currentConfirmationOf(values) };
      await answer(api.PATCH('/v1/me', { body }));
      close();
      await refresh();
      notice(text.signOn.unlinked);
    };
    return (
      <Form action={text.signOn.unlink} danger submit={submit}>
        <p class="dialog-note">{text.signOn.unlinkLead}</p>
        <Confirming name="current_password" />
      </Form>
    );
  });
}

/** In place of the form that changes a password, where there is none. */
export function NoPassword({ user }: { user: Me }) {
  const submit = async () => {
    const { email } = user;
    await answer(api.POST('/v1/password-resets', { body: { email }, params: { header: once() } }));
    notice(text.mailed.sent);
  };
  return (
    <section class="me-section">
      <h2>{text.me.password}</h2>
      <p class="lead">{text.signOn.noPassword}</p>
      <Form action={text.mailed.send} submit={submit}>{null}</Form>
    </section>
  );
}
