/** The HTTP API, one function a route. Every failure is an `ApiError` or a `NetworkError`. */

/** Longest wait for an answer, in milliseconds; API Gateway itself gives up after 30 s. */
const PATIENCE = 35_000;

/** The server answered with a problem (RFC 9457). */
export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || `The server answered ${status}`);
    this.status = status;
    /** The last part of the problem's type: `email-taken`. */
    this.slug = (problem.type ?? '').split('/').pop();
    this.title = problem.title ?? '';
    /** `[{ field, detail }]`, empty unless fields were refused. */
    this.fields = problem.errors ?? [];
    this.requestId = problem.request_id ?? null;
    /** Seconds to wait before trying again, or `null`. */
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed a little later. */
  get passing() {
    return this.status >= 500 || this.status === 429;
  }
}

/** No answer came: the network, not the server, failed. */
export class NetworkError extends Error {
  constructor(cause) {
    super('Albumen could not be reached. Check your connection and try again.', { cause });
  }

  get passing() {
    return true;
  }
}

let signedOut = () => {};
/** Grows when somebody else is signed in. */
let generation = 0;

/** Drops the answers to all that is under way: they were for somebody else. */
export function abandon() {
  generation += 1;
}

/** Registers what happens when a request finds that nobody is signed in any more. */
export function onSignedOut(listener) {
  signedOut = listener;
}

async function call(method, path, { body = undefined, query = undefined } = {}) {
  const asked = generation;
  let response;
  let text;
  try {
    response = await fetch(`/v1${path}${search(query)}`, {
      method,
      credentials: 'same-origin',
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await response.text();
  } catch (error) {
    throw new NetworkError(error);
  }
  if (asked !== generation) throw new NetworkError(new Error('somebody else is signed in by now'));
  const json = parse(text);
  if (response.ok) return { status: response.status, body: json };
  const error = new ApiError(response.status, json ?? {}, seconds(response));
  if (error.status === 401 && error.slug !== 'wrong-credentials') signedOut();
  throw error;
}

function search(query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function seconds(response) {
  const value = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return Number.isNaN(value) ? null : value;
}

const bodyOf = async (answer) => (await answer).body;

/** `{ id, name, email, session, usage, quota }` of who is signed in. */
export const getMe = () => bodyOf(call('GET', '/me'));
export const createUser = (user) => bodyOf(call('POST', '/users', { body: user }));
/** Signs in; the token stays in a cookie that scripts cannot read. */
export const createSession = (email, password) =>
  bodyOf(call('POST', '/sessions', { body: { email, password, cookie: true } }));
export const deleteSession = (id) => call('DELETE', `/sessions/${id}`);

export const listAlbums = (query) => bodyOf(call('GET', '/albums', { query }));
export const createAlbum = (album) => bodyOf(call('POST', '/albums', { body: album }));
/** The album with its first page of photos. */
export const getAlbum = (id, query) => bodyOf(call('GET', `/albums/${id}`, { query }));
export const listPhotos = (album, query) => bodyOf(call('GET', `/albums/${album}/photos`, { query }));

/** Announces a photo: `{ photo, upload }`; without `upload` the bytes are there already. */
export const createPhoto = (album, photo) =>
  bodyOf(call('POST', `/albums/${album}/photos`, { body: photo }));
export const getPhoto = (id) => bodyOf(call('GET', `/photos/${id}`));
/** Where the original can be fetched; answers with a redirect. */
export const originalUrl = (id) => `/v1/photos/${id}/original`;
