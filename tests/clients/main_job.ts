/**
 * The main job by a client that openapi-typescript has typed: sign up, log in, album, announce, send, wait, look, search,
 * share. `./dev test` writes `api.d.ts` beside this file, and says in ALBUMEN_SYSTEM where the system is.
 */

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

type Schemas = components['schemas'];

const PASSWORD = 'a quiet orange lighthouse';
const WIDTH = 96;
const HEIGHT = 64;

function origin(): string {
  const state: { origin: string } = JSON.parse(readFileSync(process.env.ALBUMEN_SYSTEM ?? '', 'utf8'));
  return state.origin;
}

/** A BMP of one colour, another for each shade. */
function picture(shade: number): Buffer {
  const pixels = Buffer.alloc(3 * WIDTH * HEIGHT, Buffer.from([shade, 120, 200]));
  const header = Buffer.alloc(54);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(header.length + pixels.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(WIDTH, 18);
  header.writeInt32LE(HEIGHT, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

function sum(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What was answered, or the problem as an exception. */
function answered<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`);
  return data;
}

async function send(url: string, headers: Record<string, string>, data: Buffer): Promise<void> {
  const sent = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(data) });
  assert.equal(sent.status, 200, await sent.text());
}

const address = origin();
const anyone = createClient<paths>({ baseUrl: address });

/** The token of somebody new who has logged in. */
async function signUp(): Promise<string> {
  const email = `ana-${randomUUID()}@example.org`;
  answered(await anyone.POST('/v1/users', { body: { name: 'Ana', email, password: PASSWORD } }));
  const session = answered(await anyone.POST('/v1/sessions', { body: { email, password: PASSWORD } }));
  const scopes: Schemas['Scope'][] = session.scopes;
  assert.ok(scopes.includes('write'));
  assert.ok(session.token);
  return session.token;
}

const client = createClient<paths>({ baseUrl: address, headers: { authorization: `Bearer ${await signUp()}` } });

/** The type tells the two ways apart by their kind. */
async function sendAs(upload: Schemas['Sending'], data: Buffer): Promise<void> {
  if (upload.kind === 'whole') {
    await send(upload.url, upload.headers, data);
    return;
  }
  const path = { upload: upload.id };
  const body = { parts: [{ number: 1, sha256: sum(data) }] };
  const [part] = answered(await client.POST('/v1/uploads/{upload}/parts', { params: { path }, body })).parts;
  assert.ok(part);
  await send(part.url, part.headers, data);
  answered(await client.POST('/v1/uploads/{upload}/complete', { params: { path } }));
}

async function upload(album: string, data: Buffer, caption: string, multipart: boolean): Promise<string> {
  const body = { name: 'lake.bmp', size: data.length, content_type: 'image/bmp', sha256: sum(data), caption, multipart };
  const announced = answered(await client.POST('/v1/albums/{album}/photos', { params: { path: { album } }, body }));
  assert.equal(announced.upload?.kind, multipart ? 'in_parts' : 'whole');
  await sendAs(announced.upload, data);
  return announced.photo.id;
}

/** The photo, once it is ready or has failed. */
async function settled(photo: string): Promise<Schemas['PhotoWithMedia']> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const seen = answered(await client.GET('/v1/photos/{photo}', { params: { path: { photo } } }));
    const status: Schemas['Status'] = seen.status;
    if (status === 'ready' || status === 'failed') return seen;
    await pause(200);
  }
  throw new Error('the photo was not ready within a minute');
}

async function look(album: string, photo: Schemas['PhotoWithMedia']): Promise<void> {
  const seen = answered(await client.GET('/v1/albums/{album}', { params: { path: { album } } }));
  assert.ok(seen.photos.items.some(({ id }) => id === photo.id));
  assert.deepEqual([photo.width, photo.height], [WIDTH, HEIGHT]);
  const image = await fetch(`${address}${photo.renditions[0]?.url}?${photo.media.query}`);
  const bytes = Buffer.from(await image.arrayBuffer());
  assert.equal(bytes.toString('latin1', 8, 12), 'WEBP');
}

const album = answered(await client.POST('/v1/albums', { body: { title: 'Summer' } })).id;
const photos = [
  await upload(album, picture(30), 'The lake, whole', false),
  await upload(album, picture(40), 'The lake, in parts', true),
];
for (const photo of photos) {
  const seen = await settled(photo);
  assert.equal(seen.status, 'ready', JSON.stringify(seen.error));
  await look(album, seen);
}

const found = answered(await client.GET('/v1/search', { params: { query: { q: 'lake' } } }));
assert.deepEqual(found.items.map(({ id }) => id).sort(), [...photos].sort());

const path = { album };
const share = answered(await client.POST('/v1/albums/{album}/shares', { params: { path }, body: { name: 'Grandparents' } }));
const shared = answered(await anyone.GET('/v1/shared/{token}', { params: { path: { token: share.token } } }));
assert.deepEqual(shared.photos.items.map(({ id }) => id).sort(), [...photos].sort());
console.log('openapi-typescript: the main job is done');
