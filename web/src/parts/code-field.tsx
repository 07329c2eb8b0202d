/** Fields that show who it is: the password, and a code of the second factor. */

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../api/problems';
import { me, type Credentials } from '../core/session';
import { text } from '../i18n';
import { Field } from './forms';

/** The password of whoever is signed in; their address goes with it, unseen, for what keeps passwords. */
export function OwnPassword({ name = 'password', optional = false, hint = '' }) {
  return (
    <>
      <input type="email" autocomplete="username" value={me.value?.email ?? ''} readOnly hidden />
      <Field name={name} label={text.me.current} type="password" hint={hint} optional={optional}
        required={!optional} autocomplete="current-password" />
    </>
  );
}

/** A code of the app, or a recovery code. */
export function CodeField({ optional = false, hint = text.factor.codeHint }) {
  return (
    <Field name="code" label={text.factor.code} hint={hint} optional={optional} required={!optional}
      autocomplete="one-time-code" autocapitalize="none" spellcheck={false} maxLength={64} />
  );
}

/** The same where it is asked for: of who has switched the second factor on. */
export function CodeFieldIfOn({ optional = false }) {
  return me.value?.second_factor ? <CodeField optional={optional} /> : null;
}

/** The same as the next step of a form, with the cursor in it. */
function CodeStep() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => { place.current?.querySelector('input')?.focus(); }, []);
  return <div ref={place}><CodeField /></div>;
}

/** Returns what a request takes of the field, where the form has one that is filled in. */
export function codeOf({ code = '' }: Record<string, string>) {
  return code.trim() ? { code: code.trim() } : {};
}

/**
 * Returns the field, once the service has asked for a code, and the submit of a form that signs in
 * with what it has.
 */
export function useCodeStep(signsIn: (credentials: Credentials) => Promise<void>) {
  const takesCode = useSignal(false);
  const submit = async (values: Record<string, string>) => {
    const { email = '', password = '' } = values;
    try {
      await signsIn({ email, password, ...codeOf(values) });
    } catch (error) {
      if (!(error instanceof ApiError) || error.slug !== 'second-factor-needed') throw error;
      takesCode.value = true;
    }
  };
  return { submit, step: takesCode.value ? <CodeStep /> : null };
}
