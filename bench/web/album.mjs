// Somebody with an album of photographs, made through the API.
import { createHash, randomUUID } from 'node:crypto';
import { png } from '../../web/icons.mjs';

const PASSWORD = 'a quiet orange lighthouse';
/** Pixels of a side. */
const SIDE = 640;

/** A picture that is its own: slopes of light, and grain, which does not compress. */
function picture(seed) {
  const pixels = Buffer.alloc(SIDE * SIDE * 4, 255);
  let grain = seed * 7919 + 1;
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    grain = (grain * 1103515245 + 12345) % 2147483648;
    const noise = grain % 48;
    pixels[at * 4] = (at % SIDE) * 200 / SIDE + noise;
    pixels[at * 4 + 1] = Math.floor(at / SIDE) * 200 / SIDE + noise;
    pixels[at * 4 + 2] = (seed * 37) % 200 + noise;
  }
  return png(pixels, SIDE);
}

class Owner {
  constructor(origin, token = null) {
    this.origin = origin;
    this.token = token;
  }

  async ask(method, path, body) {
    const headers = { 'content-type': 'application/json' };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const answer = await fetch(`${this.origin}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async upload(album, name, bytes) {
    const announcement = {
      name, size: bytes.length, content_type: 'image/png', sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    const { photo, upload } = await this.ask('POST', `/v1/albums/${album}/photos`, announcement);
    // Of a run before on the same library.
    if (!upload) return photo.id;
    const { url, method, headers } = upload;
    const sent = await fetch(url, { method, headers, body: bytes });
    if (!sent.ok) throw new Error(`the storage answers ${sent.status}`);
    return photo.id;
  }

  /** Waits until a photo is developed; resolves with it. */
  async settled(id) {
    for (;;) {
      const photo = await this.ask('GET', `/v1/photos/${id}`);
      if (photo.status === 'ready') return photo;
      if (photo.status === 'failed') throw new Error(`${id} was not developed`);
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }

  /** Puts so many photos into an album; resolves with them once they are developed. */
  async fill(album, photos) {
    const ids = [];
    for (let seed = 0; seed < photos; seed += 1) ids.push(await this.upload(album, `${seed}.png`, picture(seed)));
    const settled = [];
    for (const id of ids) settled.push(await this.settled(id));
    return settled;
  }
}

/** Makes an album of so many photos, with a link that shares it, and the log-in of its owner. */
export async function makeAlbum(origin, photos) {
  const owner = new Owner(origin);
  const email = `bench-${randomUUID()}@example.org`;
  await owner.ask('POST', '/v1/users', { name: 'Ana', email, password: PASSWORD });
  const { token } = await owner.ask('POST', '/v1/sessions', { email, password: PASSWORD });
  owner.token = token;
  const { id: album } = await owner.ask('POST', '/v1/albums', { title: 'Summer in Como' });
  await owner.fill(album, photos);
  const { token: share } = await owner.ask('POST', `/v1/albums/${album}/shares`, {});
  return { album, share, email, password: PASSWORD };
}

/** Puts photos into an album of a library that is there; what they are drawn of. */
export async function makePictures(origin, { album, token, photos }) {
  const made = await new Owner(origin, token).fill(album, photos);
  return made.map(({ placeholder, renditions }) => ({ placeholder, renditions }));
}
