/**
 * What was seen last, for when there is no network. All of it is one person's, and goes when they
 * sign out: what is still on its way then is not kept any more.
 */

/** The names of the caches. */
export const ANSWERS = 'seen-answers';
export const PICTURES = 'seen-pictures';
/** The most of each. */
const MOST = { [ANSWERS]: 300, [PICTURES]: 900 };

type Name = keyof typeof MOST;

export class Seen {
  #generation = 0;

  constructor(private readonly caches: CacheStorage) {}

  /** Returns what keeps answers to requests that are sent now. */
  keeper(): (name: Name, key: string, response: Response) => Promise<void> {
    const generation = this.#generation;
    return async (name, key, response) => {
      if (generation !== this.#generation) return;
      // Pictures that guests see are not kept: guests never sign out.
      if (name === PICTURES && !await this.caches.has(ANSWERS)) return;
      const cache = await this.caches.open(name);
      await cache.put(key, response);
      if (generation !== this.#generation) await this.caches.delete(name);
      else await trim(cache, MOST[name]);
    };
  }

  async find(name: Name, key: string): Promise<Response | undefined> {
    if (!await this.caches.has(name)) return undefined;
    return (await this.caches.open(name)).match(key);
  }

  /** Forgets everything, and what is on its way. */
  async forget() {
    this.#generation += 1;
    await Promise.all([this.caches.delete(ANSWERS), this.caches.delete(PICTURES)]);
  }
}

/** Gives up the oldest. */
async function trim(cache: Cache, most: number) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}
