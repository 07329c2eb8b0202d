/** Passkeys, as the browser has them: what the API gives it to sign, and what comes back. */

import { answer, api, once } from '../api/client';
import { ApiError } from '../api/problems';
import type { CreationOptions, Me, RequestOptions } from '../api/types';
import { text } from '../i18n';

/** Tells that this browser reads what the API writes of passkeys. */
export const takesPasskeys = () =>
  typeof globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';

/** Tells that the account has a passkey which this browser can use. */
export const canUsePasskey = (user: Me | null) => takesPasskeys() && (user?.passkeys ?? 0) > 0;

/** Milliseconds for which a challenge may wait: a little less than it is good for. */
const FRESH = 9 * 60_000;

/** Says in the page's words why the browser has made or used no passkey. */
function told(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'InvalidStateError') return new Error(text.passkeys.there);
  return error.name === 'NotAllowedError' ? new Error(text.passkeys.turnedAway) : error;
}

/** What an authenticator made, as JSON that the API takes. */
const jsonOf = (credential: Credential | null) => (credential as PublicKeyCredential).toJSON();

/** What confirms a request: password and code, or a passkey that has signed. */
type Confirmation = { password: string; code?: string } | { passkey: ReturnType<typeof jsonOf> };

/** Has the browser make a passkey, once the account's owner has confirmed that, and adds it. */
export async function addPasskey(name: string, proof: Confirmation) {
  const begun = api.POST('/v1/me/passkeys/challenge', { body: proof, params: { header: once() } });
  const options: CreationOptions = await answer(begun);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  const made = await navigator.credentials.create({ publicKey }).catch((error) => { throw told(error); });
  const body = { name, credential: jsonOf(made) };
  return answer(api.POST('/v1/me/passkeys', { body, params: { header: once() } }));
}

/** Has the browser sign: for a log-in, or for something dangerous that this user confirms. */
async function sign(how: Pick<CredentialRequestOptions, 'mediation' | 'signal'>, user?: string) {
  const params = { query: user ? { user } : {} };
  const options: RequestOptions = await answer(api.GET('/v1/sessions/passkey', { params }));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return jsonOf(await navigator.credentials.get({ ...how, publicKey }));
}

/** Has the browser sign that it is this user who asks for something dangerous. */
export async function signConfirmation(user: string) {
  return sign({}, user).catch((error) => { throw told(error); });
}

interface NewKey {
  name: string;
  scopes: ('read' | 'write')[];
  /** The account that it is for. */
  user: string | undefined;
}

/** Has the browser sign for a key, and makes it. */
export async function makeKeyByPasskey(key: NewKey) {
  const credential = await sign({}).catch((error) => { throw told(error); });
  // The browser offers those of all accounts, and the API takes none but this user's.
  const body = { ...key, credential };
  const made = answer(api.POST('/v1/sessions/passkey', { body, params: { header: once() } }));
  return made.catch((error) => { throw isOfAnother(error) ? new Error(text.passkeys.ofAnother) : error; });
}

/** Tells that the passkey was none of this account, or is none any more. */
function isOfAnother(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.slug === 'wrong-credentials' || error.fields.some(({ field }) => field === 'user');
}

/** Has the browser sign for a log-in, and logs in. */
async function logIn(how: Pick<CredentialRequestOptions, 'mediation' | 'signal'>) {
  const body = { credential: await sign(how), cookie: true };
  await answer(api.POST('/v1/sessions/passkey', { body, params: { header: once() } }));
}

/** Logs in by the passkey that somebody chooses in the browser's own dialog. */
export async function logInByPasskey() {
  await logIn({}).catch((error) => { throw told(error); });
}

/** Offers passkeys among what the browser fills in, until one has logged in or somebody has turned away. */
export async function logInByFilling(left: AbortSignal): Promise<boolean> {
  if (!takesPasskeys() || !await PublicKeyCredential.isConditionalMediationAvailable()) return false;
  while (!left.aborted) {
    try {
      const signal = AbortSignal.any([left, AbortSignal.timeout(FRESH)]);
      await logIn({ mediation: 'conditional', signal });
      return true;
    } catch (error) {
      if (left.aborted || !(error instanceof DOMException)) throw error;
      // Only a challenge that has become old is worth another one.
      if (error.name !== 'TimeoutError') return false;
    }
  }
  return false;
}
