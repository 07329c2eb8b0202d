/**
 * Addresses of renditions. Each API answer brings a signature (`media.query`) that opens all
 * pictures of one owner until `media.expires_at`. The first one is kept until shortly before its
 * end, over reloads too: an unchanged address is one that the browser has cached.
 */

import type { Media, Rendition } from '../api/types';

/** A signature this close to its end (ms) is replaced by any newer one. */
const NEARLY_OVER = 10 * 60_000;

interface Key {
  query: string;
  /** The end of it, in milliseconds. */
  expires: number;
}

/** What has renditions: photos, and covers of albums. */
interface Pictured {
  renditions: Rendition[];
}

/** `/media/<owner>/…` → `/media/<owner>`. */
const ownerOf = (path: string) => path.split('/').slice(0, 3).join('/');

/** The signatures in use, by owner. */
export class MediaKeys {
  #keys = new Map<string, Key>();
  /** The user whose session they came with. */
  #user: string | null = null;
  #storage: Storage | null;
  #now: () => number;

  /** `storage` is like `sessionStorage`; `now` gives milliseconds. */
  constructor(storage: Storage | null = null, now = Date.now) {
    this.#storage = storage;
    this.#now = now;
    const { user, keys } = read(storage);
    this.#user = user ?? null;
    for (const [owner, key] of Object.entries(keys ?? {})) this.#keys.set(owner, key);
  }

  /** Learns the signature that came with `photos` (photos or covers: what has renditions). */
  adopt(media: Media | null | undefined, photos: (Pictured | null | undefined)[]) {
    if (!media) return;
    const next = { query: media.query, expires: Date.parse(media.expires_at) };
    for (const photo of photos) {
      const path = photo?.renditions?.[0]?.url;
      if (path && !this.#good(ownerOf(path))) this.#keys.set(ownerOf(path), next);
    }
    this.#write();
  }

  #good(owner: string): boolean {
    const key = this.#keys.get(owner);
    return key !== undefined && key.expires - this.#now() > NEARLY_OVER;
  }

  /** The address to load a rendition from. */
  url(path: string): string {
    const key = this.#keys.get(ownerOf(path));
    return key ? `${path}?${key.query}` : path;
  }

  /** Drops the signature behind an address that did not load, unless it was replaced since. */
  reject(url: string) {
    const query = url.slice(url.indexOf('?') + 1);
    const owner = ownerOf(url.split('?')[0] ?? '');
    if (this.#keys.get(owner)?.query === query) this.#keys.delete(owner);
    this.#write();
  }

  /** From now on this user's, or nobody's (`null`): another's signatures are forgotten. */
  belongTo(user: string | null) {
    if (user === this.#user) return;
    this.#user = user;
    this.#keys.clear();
    this.#write();
  }

  #write() {
    try {
      const kept: Kept = { user: this.#user, keys: Object.fromEntries(this.#keys) };
      this.#storage?.setItem('media', JSON.stringify(kept));
    } catch {
      // Storage may be full or forbidden; then pictures are just fetched again.
    }
  }
}

interface Kept {
  user?: string | null;
  keys?: Record<string, Key>;
}

function read(storage: Storage | null): Kept {
  try {
    return JSON.parse(storage?.getItem('media') ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** `srcset` of renditions: `[url, width descriptor]` pairs joined. */
export function srcset(renditions: Rendition[], keys: MediaKeys): string {
  return renditions.map(({ url, width }) => `${keys.url(url)} ${width}w`).join(', ');
}

/** The smallest rendition at least `pixels` long, else the largest there is. */
export function renditionFor(renditions: Rendition[], pixels: number): Rendition | null {
  const sorted = [...renditions].sort((a, b) => a.size - b.size);
  return sorted.find(({ width, height }) => Math.max(width, height) >= pixels) ?? sorted.at(-1) ?? null;
}

/** The signatures of everything shown. */
export const keys = new MediaKeys(globalThis.sessionStorage ?? null);
