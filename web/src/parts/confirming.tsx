/**
 * What confirms that it is the account's owner who asks for something dangerous: the password, with a
 * code where the second factor is on, or a passkey, which stands for both.
 */

import { useSignal, type Signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { canUsePasskey, signConfirmation } from '../core/passkey';
import { me } from '../core/session';
import { text } from '../i18n';
import { CodeFieldIfOn, codeOf, OwnPassword } from './code-field';

/** The field that says that a passkey confirms. */
const BY_PASSKEY = 'by-passkey';

interface ConfirmingProps {
  /** The name of the field with the password. */
  name?: string;
  /** True where the form has uses that need no confirmation. */
  optional?: boolean;
  hint?: string;
}

export function Confirming({ name = 'password', optional = false, hint }: ConfirmingProps) {
  const canBePasskey = canUsePasskey(me.value);
  const byPasskey = useSignal(canBePasskey && !optional && me.value?.has_password === false);
  const toggle = useToggle(byPasskey, name);
  if (byPasskey.value) return <ByPasskey back={toggle} />;
  return (
    <>
      <OwnPassword name={name} optional={optional} hint={hint} />
      <CodeFieldIfOn optional={optional} />
      {canBePasskey && (
        <button class="button is-small use-passkey" type="button" onClick={toggle}>
          {text.passkeys.use}
        </button>
      )}
    </>
  );
}

/** Returns the function that changes between both, and moves the focus on: the button that has it goes. */
function useToggle(byPasskey: Signal<boolean>, name: string) {
  /** The form in which a button was pressed, or `null` before: a form that appears leaves the focus alone. */
  const form = useRef<HTMLFormElement | null>(null);
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>(`.by-passkey, [name="${name}"]`)?.focus();
  }, [byPasskey.value]);
  return (event: Event) => {
    form.current = (event.currentTarget as HTMLButtonElement).form;
    byPasskey.value = !byPasskey.value;
  };
}

/** Says that the browser asks for the passkey when the form is sent. */
function ByPasskey({ back }: { back: (event: Event) => void }) {
  return (
    <>
      <input type="hidden" name={BY_PASSKEY} value="true" />
      <p class="dialog-note by-passkey" tabIndex={-1}>{text.passkeys.useLead}</p>
      {me.value?.has_password && (
        <button class="button is-small" type="button" onClick={back}>{text.passkeys.usePassword}</button>
      )}
    </>
  );
}

/** Tells whether somebody has filled in what confirms. */
export function confirms(values: Record<string, string>, name = 'password') {
  return BY_PASSKEY in values || Boolean(values[name]);
}

/** Tells whether a passkey is to confirm. */
export const isByPasskey = (values: Record<string, string>) => BY_PASSKEY in values;

/** Returns what a request takes of the fields; has the passkey sign, if one is to. */
export async function confirmationOf(values: Record<string, string>) {
  if (isByPasskey(values)) return { passkey: await signConfirmation(me.value?.id ?? '') };
  return { password: values.password ?? '', ...codeOf(values) };
}

/** The same for a request whose `password` is a new one. */
export async function currentConfirmationOf(values: Record<string, string>) {
  if (isByPasskey(values)) return { passkey: await signConfirmation(me.value?.id ?? '') };
  return { current_password: values.current_password ?? '', ...codeOf(values) };
}
