/** What the service worker does with a request, by what its browser says of it. */

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
  /** The same, by another page: nothing of it is taken. */
  | 'refused'
  /** None of the worker's business. */
  | 'none';

/** Answers that are out of date by the time that they would be shown, or that are nobody's own. */
const NOT_KEPT = /^\/v1\/(?:accounts|shared|shares|invited|uploads|health|search\/suggestions|sessions|me\/exports)(?:\/|$)|\/original$/;

/** As much of a request as decides. */
export interface Asked {
  method: string;
  mode: string;
  url: string;
  destination: string;
  referrer: string;
  headers: Pick<Headers, 'get'>;
}

export function wayOf(request: Asked, origin: string): Way {
  const { method, mode, url } = request;
  const address = new URL(url);
  if (address.origin !== origin) return 'none';
  const { pathname } = address;
  if (method === 'POST' && pathname === '/share') return isHandedOver(request, origin) ? 'share' : 'refused';
  if (method !== 'GET') return 'none';
  if (mode === 'navigate') return pathname === '/' ? 'page' : 'none';
  if (pathname.startsWith('/assets/')) return 'file';
  if (pathname.startsWith('/media/')) return 'picture';
  if (pathname.startsWith('/v1/') && !NOT_KEPT.test(pathname)) return 'answer';
  return 'none';
}

/** What Sec-Fetch-Site says of the share sheet, where the worker is told. */
const OWN_SITES = new Set([null, 'none', 'same-origin']);

/**
 * Tells whether the device's share sheet may have sent photos: that opens a window, by no page or,
 * in newer browsers, as the application itself would. A page elsewhere that hides where it is looks
 * the same, so whoever is signed in is shown the photos, and nothing is done with them before an
 * album is chosen.
 */
export function isHandedOver({ mode, destination, referrer, headers }: Asked, own: string): boolean {
  if (mode !== 'navigate' || destination !== 'document') return false;
  if (referrer !== '' && !referrer.startsWith(`${own}/`)) return false;
  const origin = headers.get('origin');
  if (origin !== null && origin !== 'null' && origin !== own) return false;
  return OWN_SITES.has(headers.get('sec-fetch-site'));
}

/** Under what a picture is kept: its signature changes, and the picture does not. */
export function keyOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
