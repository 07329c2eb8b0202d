/** What to tell people about a failure. */

import { ApiError, NetworkError } from '../api/problems';
import { text } from '../i18n';
import { notice } from './live';

/** The API says what is wrong as the rest of a sentence: `must have 1 to 100 characters`. */
export function sentence(subject: string, detail: string): string {
  const whole = /^\p{Ll}/u.test(detail) ? `${subject} ${detail}` : detail;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Returns a sentence that says what failed and what to do. */
export function messageOf(error: unknown): string {
  if (error instanceof NetworkError) {
    const away = globalThis.navigator?.onLine === false;
    return away ? text.errors.notKept : text.errors.network;
  }
  if (!(error instanceof ApiError)) {
    return error instanceof Error && error.message ? error.message : text.errors.unexpected;
  }
  if (error.status === 429) return text.errors.tooMany(error.retryAfter);
  if (error.status === 412) return text.errors.changed;
  if (error.fields.length > 0) {
    const named = (field: string) => text.errors.fields[field] ?? field;
    return error.fields.map(({ field, detail }) => sentence(named(field), detail)).join(' ');
  }
  return error.status < 500 ? error.message : text.errors.server;
}

/** Returns the request's id where support may ask for it, or `null`. */
export function referenceOf(error: unknown): string | null {
  return error instanceof ApiError && error.status >= 500 ? error.requestId : null;
}

/** Writes a mistake of our own to the console; what the network or the server says is none. */
export function logMistake(error: unknown) {
  if (!(error instanceof ApiError) && !(error instanceof NetworkError)) console.error(error);
}

/** Does what somebody has pressed a button for, and says so when it fails; resolves with whether it was done. */
export async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    logMistake(error);
    notice(messageOf(error));
    return false;
  }
}
