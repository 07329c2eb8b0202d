/** The HTTP API: its paths and types are those of docs/openapi.json. */

import createClient from 'openapi-fetch';
import type { paths } from '#api';
import { ApiError, NetworkError } from './problems';

/** Longest wait for an answer, in milliseconds; API Gateway itself gives up after 30 s. */
const PATIENCE = 35_000;

const { origin } = globalThis.location ?? { origin: '' };

/** As much as `early.ts` has done. */
interface Early {
  /** The answers that are on their way, by path and query. */
  asked: Map<string, Promise<Response>>;
  /** Resolves with true where nobody is taken to be signed in. */
  nobody: Promise<boolean>;
  /** True where that is a guess: the first page is the same for everybody. */
  guessed: boolean;
  /** Resolves with true if the browser surely has no session. */
  lacksSession: () => Promise<boolean>;
  /** Forgets what is asked for, and asks for no more. */
  end: () => void;
}

const NOTHING: Early = {
  asked: new Map(), nobody: Promise.resolve(false), guessed: false, lacksSession: async () => false, end: () => {},
};

export const early = (globalThis as { early?: Early }).early ??= NOTHING;

/** Sends a request, unless it is the first of its kind and on its way already. */
function send(request: Request): Promise<Response> {
  const address = request.url.slice(origin.length);
  const asked = request.method === 'GET' && early.asked.get(address);
  if (!asked) return fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  early.asked.delete(address);
  return asked;
}

export const api = createClient<paths>({ baseUrl: origin, credentials: 'same-origin', fetch: send });

/** Grows when somebody else is signed in. */
let generation = 0;
let signedOut = () => {};

/** Drops the answers to all that is under way: they were for somebody else. */
export function abandonAnswers() {
  generation += 1;
  early.end();
}

/** Registers the handler of a request that finds that nobody is signed in any more. */
export function onSignedOut(listener: () => void) {
  signedOut = listener;
}

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * Resolves with the body of an answer.
 *
 * @throws ApiError for a problem, NetworkError when no answer came, or one for somebody else.
 */
export async function answer<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const asked = generation;
  let outcome: Outcome<Data>;
  try {
    outcome = await call;
  } catch (cause) {
    throw new NetworkError(cause);
  }
  if (asked !== generation) throw new NetworkError(new Error('somebody else is signed in by now'));
  const { data, error, response } = outcome;
  if (response.ok) return data as Data;
  const problem = error instanceof Object ? error : {};
  const refusal = new ApiError(response.status, problem, retryAfter(response));
  if (refusal.status === 401 && !OWN_401.has(refusal.slug)) signedOut();
  throw refusal;
}

/** Refusals of a password or code, which say nothing about the session. */
const OWN_401 = new Set(['wrong-credentials', 'second-factor-needed', 'share-locked']);

function retryAfter(response: Response): number | null {
  const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return Number.isNaN(seconds) ? null : seconds;
}

/** Returns the header that makes a repeated request the same one. */
export function once() {
  return { 'Idempotency-Key': crypto.randomUUID() };
}

/** Returns the header that lets a change through only if nobody made another one meanwhile. */
export function unchanged({ version }: { version: number }) {
  return { 'If-Match': `"${version}"` };
}

/** Returns the address that redirects to a photo's original. */
export function originalUrl(photo: string): string {
  return `/v1/photos/${photo}/original`;
}
