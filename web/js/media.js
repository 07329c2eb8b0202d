/**
 * Addresses of renditions. Each API answer brings a signature (`media.query`) that opens all
 * pictures of one owner until `media.expires_at`. The first one is kept until shortly before its
 * end, over reloads too: an unchanged address is one that the browser has cached.
 */

/** A signature this close to its end (ms) is replaced by any newer one. */
const NEARLY_OVER = 10 * 60_000;

/** `/media/<owner>/…` → `/media/<owner>/`. */
const ownerOf = (path) => path.split('/').slice(0, 3).join('/');

/** The signatures in use, by owner. */
export class MediaKeys {
  #keys = new Map();
  /** Whose session they came with. */
  #user = null;
  #storage;
  #now;

  /** `storage` is like `sessionStorage`; `now` gives milliseconds. */
  constructor(storage = null, now = Date.now) {
    this.#storage = storage;
    this.#now = now;
    const { user, keys } = read(storage);
    this.#user = user ?? null;
    for (const [owner, key] of Object.entries(keys ?? {})) this.#keys.set(owner, key);
  }

  /** Learns the signature that came with `photos` (photos or covers: what has renditions). */
  adopt(media, photos) {
    if (!media) return;
    const next = { query: media.query, expires: Date.parse(media.expires_at) };
    for (const photo of photos) {
      const path = photo?.renditions?.[0]?.url;
      if (path && !this.#good(ownerOf(path))) this.#keys.set(ownerOf(path), next);
    }
    this.#write();
  }

  #good(owner) {
    const key = this.#keys.get(owner);
    return key !== undefined && key.expires - this.#now() > NEARLY_OVER;
  }

  /** The address to load a rendition from. */
  url(path) {
    const key = this.#keys.get(ownerOf(path));
    return key ? `${path}?${key.query}` : path;
  }

  /** Drops the signature behind an address that did not load, unless it was replaced since. */
  reject(url) {
    const [path, query] = [url.split('?')[0], url.slice(url.indexOf('?') + 1)];
    const owner = ownerOf(path);
    if (this.#keys.get(owner)?.query === query) this.#keys.delete(owner);
    this.#write();
  }

  /** From now on this user's, or nobody's (`null`): another's signatures are forgotten. */
  belongTo(user) {
    if (user === this.#user) return;
    this.#user = user;
    this.#keys.clear();
    this.#write();
  }

  #write() {
    try {
      this.#storage?.setItem('media', JSON.stringify({ user: this.#user, keys: Object.fromEntries(this.#keys) }));
    } catch {
      // Storage may be full or forbidden; then pictures are just fetched again.
    }
  }
}

function read(storage) {
  try {
    return JSON.parse(storage?.getItem('media') ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** `srcset` of renditions: `[url, width descriptor]` pairs joined. */
export function srcset(renditions, keys) {
  return renditions.map(({ url, width }) => `${keys.url(url)} ${width}w`).join(', ');
}

/** The smallest rendition at least `pixels` long, else the largest there is. */
export function renditionFor(renditions, pixels) {
  const sorted = [...renditions].sort((a, b) => a.size - b.size);
  return sorted.find(({ width, height }) => Math.max(width, height) >= pixels) ?? sorted.at(-1) ?? null;
}
