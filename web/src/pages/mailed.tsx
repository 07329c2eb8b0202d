/** A forgotten password, and the pages that the links of mails lead to. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { answer, api, Email, Field, Form, Frame, logMistake, me, once, refresh, text } from '../shell';

interface StepProps {
  title: string;
  lead: string;
  action: string;
  done: string;
  /** What to say of a link that has ended. */
  ended?: string;
  submit: (values: Record<string, string>) => Promise<unknown>;
  /** Where to go on from the form, and where once it is done. */
  before?: ComponentChildren;
  after?: ComponentChildren;
  children?: ComponentChildren;
}

/** Leads to the pages, or to signing in. */
function Onward() {
  return <a href="#/">{text.mailed.on}</a>;
}

/** A form that gives way to a sentence once it is done. */
function Step({ title, lead, action, done, ended, submit, before, after, children }: StepProps) {
  const isDone = useSignal(false);
  useEffect(() => {
    // The button that was pressed is gone, and the cursor with it.
    if (isDone.value) document.querySelector<HTMLElement>('.sign-form h1')?.focus();
  }, [isDone.value]);
  const send = async (values: Record<string, string>) => {
    await submit(values);
    isDone.value = true;
  };
  return (
    <Frame title={title} lead={isDone.value ? done : lead}
      other={(isDone.value ? after : before) ?? <Onward />}>
      {!isDone.value && (
        <Form action={action} submit={send} otherwise={{ 'link-ended': { message: ended ?? text.mailed.ended } }}>
          {children}
        </Form>
      )}
    </Frame>
  );
}

export function ForgottenPage() {
  const submit = ({ email = '' }) =>
    answer(api.POST('/v1/password-resets', { body: { email }, params: { header: once() } }));
  return (
    <Step title={text.mailed.forgotten} lead={text.mailed.forgottenLead} action={text.mailed.send}
      done={text.mailed.sent} submit={submit}>
      <Email />
    </Step>
  );
}

export function ResetPage({ token }: { token: string }) {
  const submit = async ({ password = '' }) => {
    await answer(api.POST('/v1/passwords', { body: { token, password }, params: { header: once() } }));
    // A session of the same account has ended with the old password.
    if (me.value) await refresh().catch(logMistake);
  };
  return (
    <Step title={text.mailed.reset} lead={text.mailed.resetLead} action={text.mailed.set}
      done={text.mailed.isSet} submit={submit}
      before={<a href="#/forgotten">{text.mailed.again}</a>}
      after={me.value ? <Onward /> : <a href="#/sign-in">{text.sign.in}</a>}>
      <Field name="password" label={text.sign.password} type="password" required
        autocomplete="new-password" hint={text.sign.strength} />
    </Step>
  );
}

/** Takes one press: programs that read mails follow links, and must not use the token up. */
export function VerifyPage({ token }: { token: string }) {
  const submit = async () => {
    await answer(api.POST('/v1/verifications', { body: { token }, params: { header: once() } }));
    if (me.value) await refresh().catch(logMistake);
  };
  return (
    <Step title={text.mailed.verify} lead={text.mailed.verifyLead} action={text.mailed.confirm}
      done={text.mailed.confirmed} submit={submit} before={<a href="#/me">{text.mailed.again}</a>}
      {...me.value?.email_verified_at && { ended: text.mailed.endedConfirmed }} />
  );
}
