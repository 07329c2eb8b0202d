/** Signing in and signing up. */

import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { answer, api, once } from '../api/client';
import { ApiError } from '../api/problems';
import type { SignUp } from '../api/types';
import { notice } from '../core/live';
import { logMistake, messageOf } from '../core/messages';
import { logInByFilling, logInByPasskey, takesPasskeys } from '../core/passkey';
import { enter, signIn, signUp, whenForgotten, type Credentials } from '../core/session';
import { text } from '../i18n';
import { useCodeStep } from '../parts/code-field';
import { ask } from '../parts/dialogs';
import { Field, Form } from '../parts/forms';
import { Frame } from '../parts/frame';
import { SignOnButton } from './sign-on';

/** The address that was typed last: who goes on to another form has it there. */
let typed = '';
whenForgotten(() => { typed = ''; });

/** Has the next form know an address that was not typed. */
export function keepEmail(email: string) {
  typed = email;
}

/** `filled` lets the browser offer passkeys among the addresses that it knows. */
export function Email({ hint = '', filled = false }: { hint?: string; filled?: boolean }) {
  const keep = ({ target }: Event) => { typed = (target as HTMLInputElement).value; };
  return (
    <div onInput={keep}>
      <Field name="email" label={text.sign.email} type="email" required inputmode="email" hint={hint}
        autocapitalize="none" spellcheck={false} autocomplete={filled ? 'username webauthn' : 'username'}
        defaultValue={typed} />
    </div>
  );
}

/** Who may sign up and how people sign in, once the service has said so. */
const rule = signal<SignUp | null>(null);

async function askForRule() {
  try {
    rule.value = await answer(api.GET('/v1/sign-up'));
  } catch (error) {
    // The form is there without it: the service refuses by itself.
    logMistake(error);
  }
}

/** Signs in; an account that is being closed may be kept after all. */
async function signInOrKeep(credentials: Credentials) {
  try {
    await signIn(credentials);
  } catch (error) {
    if (!(error instanceof ApiError) || error.slug !== 'closing') throw error;
    const question = { title: text.me.keep, body: text.me.closing, action: text.me.keep };
    if (!await ask(question)) return;
    const { email, password } = credentials;
    const body = { email, password };
    await answer(api.POST('/v1/me/restore', { body, params: { header: once() } }));
    try {
      await signIn(credentials);
    } finally {
      notice(text.me.kept);
    }
  }
}

/** What a refusal of a log-in means that is no matter of a field. */
const refusals = () => ({
  'address-not-verified': { message: text.sign.unverified },
  suspended: { message: text.sign.suspended },
});

/** Returns what to say of a log-in by a passkey that was refused. */
function refusedBy(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error);
  if (error.slug === 'wrong-credentials') return text.passkeys.wrong;
  const known: Record<string, { message: string }> = refusals();
  return known[error.slug]?.message ?? messageOf(error);
}

/** The way in without a password: by a button, and among what the browser fills in. */
function PasskeySignIn() {
  const busy = useSignal(false);
  const refused = useSignal('');
  const filling = useRef<AbortController | null>(null);

  const offer = async () => {
    filling.current = new AbortController();
    try {
      if (await logInByFilling(filling.current.signal)) await enter();
    } catch (error) {
      // What nobody has asked for fails quietly.
      if (error instanceof ApiError) refused.value = refusedBy(error);
    }
  };
  useEffect(() => {
    offer();
    return () => filling.current?.abort();
  }, []);
  const choose = async () => {
    // A browser asks for one passkey at a time.
    filling.current?.abort();
    busy.value = true;
    refused.value = '';
    try {
      await logInByPasskey();
      await enter();
    } catch (error) {
      refused.value = refusedBy(error);
      busy.value = false;
      offer();
    }
  };
  return (
    <div class="passkey-sign-in">
      <button class="button is-wide" type="button" disabled={busy.value} onClick={choose}>
        {text.passkeys.signIn}
      </button>
      <p class="form-error" role="alert">{refused.value}</p>
    </div>
  );
}

/** The ways in without a password: at the provider of single sign-on, and by a passkey. */
export function OtherWays() {
  useEffect(() => { askForRule(); }, []);
  const provider = rule.value?.single_sign_on;
  return (
    <>
      {provider && <SignOnButton name={provider.name} />}
      {takesPasskeys() && <PasskeySignIn />}
    </>
  );
}

/** `expected` says that somebody was on their way to a page that needs signing in. */
export function SignInPage({ expected }: { expected: boolean }) {
  const { submit, step } = useCodeStep(signInOrKeep);
  const other = (
    <>
      {text.sign.newHere}<a href="#/sign-up">{text.sign.create}</a>
      <br /><a href="#/forgotten">{text.mailed.forgotten}</a>
    </>
  );
  return (
    <Frame title={text.sign.in} lead={expected ? text.sign.expected : text.sign.welcome} other={other}>
      <Form action={text.sign.in} submit={submit}
        otherwise={{ ...refusals(), 'wrong-credentials': { message: text.sign.wrong } }}>
        <Email filled />
        <Field name="password" label={text.sign.password} type="password" required
          autocomplete="current-password" />
        {step}
      </Form>
      <OtherWays />
    </Frame>
  );
}

/** Returns what to say to whoever may not sign up; empty where everybody may. */
function refusal({ mode }: SignUp): string {
  if (mode === 'closed') return text.sign.closed;
  return mode === 'invited' ? text.sign.invitedOnly : '';
}

export function SignUpPage() {
  useEffect(() => { askForRule(); }, []);
  const other = <>{text.sign.haveOne}<a href="#/sign-in">{text.sign.in}</a></>;
  const refused = rule.value ? refusal(rule.value) : '';
  if (refused) return <Frame title={text.sign.up} lead={refused} other={other}>{null}</Frame>;
  return (
    <Frame title={text.sign.up} lead={text.sign.upLead} other={other}>
      <SignUpForm domains={rule.value?.domains ?? []} />
    </Frame>
  );
}

function SignUpForm({ domains }: { domains: string[] }) {
  const hint = domains.length > 0 ? text.sign.domains(domains.join(', ')) : '';
  const submit = async ({ name = '', email = '', password = '' }: Record<string, string>) => {
    try {
      await signUp({ name, email, password });
    } catch (error) {
      if (!(error instanceof ApiError) || error.slug !== 'address-not-verified') throw error;
      notice(text.sign.unverified);
      location.hash = '#/sign-in';
    }
  };
  return (
    <Form action={text.sign.createAction} submit={submit} otherwise={{
      'email-taken': { field: 'email', message: text.sign.taken },
      'sign-up-refused': { field: 'email', message: hint || text.sign.invitedOnly },
    }}>
      <Field name="name" label={text.sign.name} required autocomplete="name" />
      <Email hint={hint} />
      <Field name="password" label={text.sign.password} type="password" required
        autocomplete="new-password" hint={text.sign.strength} />
    </Form>
  );
}
