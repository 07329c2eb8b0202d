/**
 * Asks the API for what the first page shows, and for the first pictures of it, while the other scripts are
 * still on their way: it is small, imports nothing, and is the first in the HTML, so that it runs before them.
 */

/** How long an answer waits for the page to ask for it, in milliseconds. */
const KEPT = 15_000;

/** Longest wait for an answer, in milliseconds: that of `api/client.ts`. */
const PATIENCE = 35_000;

/** An album of one's own, or of others who have let one in. */
const ALBUM = /^#\/albums\/(album_[0-9a-z]+)(?:\/|$)/;

/** The album of a link. */
const SHARED = /^#\/s\/([\w.~-]+)(?:\/|$)/;

/** The list of months, of which the first is what the timeline begins with. */
const MONTHS = '/v1/timeline/buckets?limit=500';

/** Lists of one's own. */
const LISTS: Record<string, string> = {
  '': '/v1/albums?limit=60', '#/': '/v1/albums?limit=60', '#/photos': MONTHS,
};

/** About as many pictures as are in view at first. */
const IN_VIEW = 12;

/** Pages that look the same to whoever is signed in, or are for whoever is not. */
const OPEN = /^#\/(?:s\/|sign-in|sign-up|forgotten)/;

/** The session's cookie, which no script sees. */
export const COOKIE = '__Host-session';

/** How long a cookie of the page's own is there at most, if the page ends meanwhile, in milliseconds. */
const PROBE = 10_000;

/** Returns what the page of a link asks for, as `api/client.ts` writes it; empty for other pages. */
function sharedOf(hash: string): string {
  const token = SHARED.exec(hash)?.[1];
  // Those with a password take a header, which the page knows.
  if (!token || sessionStorage.getItem(`share ${token}`)) return '';
  return `/v1/shared/${token}?limit=100`;
}

/** Returns what the page asks for beside who is signed in, as `api/client.ts` writes it. */
function ownOf(hash: string): string {
  const album = ALBUM.exec(hash)?.[1];
  return album ? `/v1/albums/${album}?limit=100` : LISTS[hash] ?? '';
}

/** What of an answer may have pictures: a photo, or an album by its cover. */
interface Pictured {
  renditions?: { size: number; url: string }[];
  cover?: Pictured | null;
}

/** An album with its first photos, or a page of a list; of months it is the names alone that count. */
interface Answer {
  photos?: { items: Pictured[] };
  items?: (Pictured & { month?: string })[];
  media?: { query: string } | null;
}

/** Returns the addresses of the smallest pictures of what comes first, which are drawn before sharper ones. */
function picturesOf({ photos, items, media }: Answer): string[] {
  if (!media) return [];
  const listed = photos?.items ?? items ?? [];
  return listed.slice(0, IN_VIEW).flatMap(({ renditions, cover }) => {
    const [smallest] = [...renditions ?? cover?.renditions ?? []].sort((one, other) => one.size - other.size);
    return smallest ? [`${smallest.url}?${media.query}`] : [];
  });
}

/** Loads pictures, so that the browser has them when they are drawn. */
function loadPictures(answer: Answer) {
  // Their addresses are other ones then, and the browser has them most likely.
  if (sessionStorage.getItem('media')) return;
  for (const address of picturesOf(answer)) new Image().src = address;
}

/**
 * Resolves with true if the browser surely has no session. It takes no cookie of this name from a script
 * while it has the session's (RFC 6265, 5.3): one that it has taken says that there is none. What the page
 * notes down itself does not, because browsers forget that before they forget the cookie.
 */
async function lacksSession(): Promise<boolean> {
  try {
    await cookieStore.set({ name: COOKIE, value: 'none', expires: Date.now() + PROBE });
    const taken = await cookieStore.get(COOKIE);
    await cookieStore.delete(COOKIE);
    return taken !== null;
  } catch {
    // There is one, or a browser that keeps no cookies or does not tell: only the API knows.
    return false;
  }
}

/** Tells that nobody is taken to be signed in without a look: the first page is the same for everybody. */
function isGuessed(hash: string): boolean {
  return localStorage.getItem('kept-for') === null && OPEN.test(hash);
}

/** Resolves with true where nobody is signed in for whom anything could be asked. */
async function isNobody(hash: string): Promise<boolean> {
  if (localStorage.getItem('kept-for') !== null) return false;
  return isGuessed(hash) || lacksSession();
}

/** Asks for what the first page shows; returns what `api/client.ts` says of `Early`. */
export function start() {
  const { hash } = location;
  const asked = new Map<string, Promise<Response>>();
  let over = false;
  const ask = (address: string) => {
    if (!address || over) return;
    const answer = fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    asked.set(address, answer);
    // Whoever takes it is told of a failure; nobody else needs to be.
    answer.then(async (taken) => goOn(address, await taken.clone().json())).catch(() => {});
  };
  /** Asks for what an answer leads to. */
  const goOn = (address: string, answer: Answer) => {
    const [first] = answer.items ?? [];
    if (address === MONTHS && first) ask(`/v1/timeline/${first.month}?limit=200`);
    else loadPictures(answer);
  };
  ask(sharedOf(hash));
  const nobody = isNobody(hash);
  nobody.then((is) => {
    // It would fail, and stand in the console as a mistake.
    if (is) return;
    ask('/v1/me');
    ask(ownOf(hash));
  });
  const end = () => {
    over = true;
    asked.clear();
  };
  setTimeout(end, KEPT);
  return { asked, nobody, guessed: isGuessed(hash), lacksSession, end };
}

const page = globalThis as { early?: ReturnType<typeof start> };
page.early = start();
