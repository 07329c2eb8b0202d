/** What the service worker does with a request, by its address alone. */

export type Way =
  /** From the network; without one, the page as it was installed. */
  | 'page'
  /** A file whose name says what is in it: the copy that is there is as good as any. */
  | 'file'
  /** An answer of the API: what was seen last is shown while there is no network. */
  | 'answer'
  | 'picture'
  /** Photos that another application hands over. */
  | 'share'
  /** None of the worker's business. */
  | 'none';

/** Answers that are out of date by the time that they would be shown, or that are nobody's own. */
const NOT_KEPT = /^\/v1\/(?:accounts|shared|shares|invited|uploads|health|search\/suggestions|sessions|me\/exports)(?:\/|$)|\/original$/;

interface Asked {
  method: string;
  mode: string;
  url: string;
}

export function wayOf({ method, mode, url }: Asked, origin: string): Way {
  const address = new URL(url);
  if (address.origin !== origin) return 'none';
  const { pathname } = address;
  if (method === 'POST' && pathname === '/share') return 'share';
  if (method !== 'GET') return 'none';
  if (mode === 'navigate') return pathname === '/' ? 'page' : 'none';
  if (pathname.startsWith('/assets/')) return 'file';
  if (pathname.startsWith('/media/')) return 'picture';
  if (pathname.startsWith('/v1/') && !NOT_KEPT.test(pathname)) return 'answer';
  return 'none';
}

/** Under what a picture is kept: its signature changes, and the picture does not. */
export function keyOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
