/** A forgotten password, and the pages that the links of mails lead to. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { answer, api, Field, Form, once, text } from '../shell';
import { Email, Frame } from './sign';

interface StepProps {
  title: string;
  lead: string;
  action: string;
  done: string;
  submit: (values: Record<string, string>) => Promise<unknown>;
  children?: ComponentChildren;
}

/** A form that gives way to a sentence once it is done. */
function Step({ title, lead, action, done, submit, children }: StepProps) {
  const isDone = useSignal(false);
  const send = async (values: Record<string, string>) => {
    await submit(values);
    isDone.value = true;
  };
  return (
    <Frame title={title} lead={isDone.value ? done : lead} other={<a href="#/">{text.mailed.on}</a>}>
      {!isDone.value && (
        <Form action={action} submit={send} otherwise={{ 'link-ended': { message: text.mailed.ended } }}>
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
  const submit = ({ password = '' }) =>
    answer(api.POST('/v1/passwords', { body: { token, password }, params: { header: once() } }));
  return (
    <Step title={text.mailed.reset} lead={text.mailed.resetLead} action={text.mailed.set}
      done={text.mailed.isSet} submit={submit}>
      <Field name="password" label={text.sign.password} type="password" required
        autocomplete="new-password" hint={text.sign.strength} />
    </Step>
  );
}

/** Takes one press: programs that read mails follow links, and must not use the token up. */
export function VerifyPage({ token }: { token: string }) {
  const submit = () =>
    answer(api.POST('/v1/verifications', { body: { token }, params: { header: once() } }));
  return (
    <Step title={text.mailed.verify} lead={text.mailed.verifyLead} action={text.mailed.confirm}
      done={text.mailed.confirmed} submit={submit} />
  );
}
