/** The page that the provider of single sign-on leads back to. */

import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import {
  address, ApiError, CodeField, codeOf, Failure, Form, Frame, Loading, once, replace, signOn, takeDestination, text,
} from '../shell';

/** What a problem means to whoever signs on, by its slug. */
const MEANINGS = () => ({
  'sign-on-ended': { message: text.signOn.ended },
  'sign-on-unverified': { message: text.signOn.unverified },
  'sign-on-unproven': { message: text.signOn.unproven },
  'sign-on-taken': { message: text.signOn.taken },
  'sign-up-refused': { message: text.signOn.noAccount },
  'email-taken': { message: text.signOn.taken },
  closing: { message: text.signOn.closing },
  suspended: { message: text.sign.suspended },
});

/** Returns what to say of how it has gone at the provider; empty when it has gone well. */
function outcomeWords(outcome: string): string {
  if (outcome === 'done') return '';
  if (outcome === 'ended') return text.signOn.ended;
  return outcome === 'refused' ? text.signOn.refused : text.signOn.failed;
}

/** Goes on to where somebody was going before they left for the provider. */
function goOn() {
  replace(takeDestination());
}

export function SignedOnPage() {
  const outcome = address.value.token ?? '';
  const words = outcomeWords(outcome);
  return words ? <Refusal words={words} /> : <Completion />;
}

function Refusal({ words }: { words: string }) {
  return <Frame title={text.signOn.title} lead={words} other={<Back />}>{null}</Frame>;
}

function Back() {
  return <a href="#/sign-in">{text.signOn.again}</a>;
}

/** Asks for the session, and for a code where the account takes one. */
function Completion() {
  // A repetition is the same request.
  const header = useMemo(once, []);
  const failure = useSignal<unknown>(null);
  const complete = async () => {
    failure.value = null;
    try {
      await signOn({}, header);
      goOn();
    } catch (error) {
      failure.value = error;
    }
  };
  useEffect(() => { complete(); }, []);
  const error = failure.value;
  if (!error) return <Loading />;
  if (!(error instanceof ApiError)) return <div class="page"><Failure error={error} retry={complete} /></div>;
  if (error.slug === 'second-factor-needed') return <CodeStep />;
  const meaning = Object.entries(MEANINGS()).find(([slug]) => slug === error.slug)?.[1];
  if (meaning) return <Refusal words={meaning.message} />;
  return <div class="page"><Failure error={error} {...error.passing && { retry: complete }} /></div>;
}

function CodeStep() {
  const submit = async (values: Record<string, string>) => {
    await signOn(codeOf(values), once());
    goOn();
  };
  return (
    <Frame title={text.signOn.title} lead={text.signOn.code} other={<Back />}>
      <Form action={text.sign.in} submit={submit} otherwise={MEANINGS()}><CodeField /></Form>
    </Frame>
  );
}
