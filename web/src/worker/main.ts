/**
 * The service worker: shows the page without a network, and what was seen last in it. By hand,
 * because workbox would be ten times as much for these few rules.
 */

import { keepShared } from '../device/store';
import { keyOf, wayOf } from './rules';
import { ANSWERS, PICTURES, Seen } from './seen';

/** Written in by the build: the files of the page, and a sum of them. */
declare const FILES: string[];
declare const VERSION: string;

/** As much of a service worker's global object as this one uses. */
interface Scope {
  location: Location;
  clients: { claim: () => Promise<void> };
  skipWaiting: () => Promise<void>;
  addEventListener: (type: string, listener: (event: WorkerEvent) => void) => void;
}

interface WorkerEvent {
  request: Request;
  data: unknown;
  respondWith: (response: Promise<Response>) => void;
  waitUntil: (work: Promise<unknown>) => void;
}

const scope = globalThis as unknown as Scope;
const SHELL = `shell-${VERSION}`;
/** How long the network may take to answer with the page, in milliseconds. */
const PATIENCE = 3000;
const seen = new Seen(caches);

async function install() {
  const cache = await caches.open(SHELL);
  await cache.addAll(FILES.map((name) => new Request(name, { cache: 'no-cache' })));
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith('shell-') && name !== SHELL) await caches.delete(name);
  }
  await scope.clients.claim();
}

async function page(request: Request): Promise<Response> {
  const late = new Promise<never>((_resolve, reject) => { setTimeout(() => reject(new Error('late')), PATIENCE); });
  const asked = fetch(request);
  try {
    return await Promise.race([asked, late]);
  } catch {
    return await (await caches.open(SHELL)).match('/') ?? asked;
  }
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL);
  const there = await cache.match(request);
  if (there) return there;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

async function answer(request: Request, event: WorkerEvent): Promise<Response> {
  const keep = seen.keeper();
  try {
    const response = await fetch(request);
    if (response.status === 401) event.waitUntil(seen.forget());
    if (response.status === 200) event.waitUntil(keep(ANSWERS, request.url, response.clone()));
    return response;
  } catch (error) {
    const there = await seen.find(ANSWERS, request.url);
    if (there) return there;
    throw error;
  }
}

async function picture(request: Request, event: WorkerEvent): Promise<Response> {
  const keep = seen.keeper();
  try {
    const response = await fetch(request);
    // What is opaque or a part of a picture cannot stand for it later.
    if (response.status === 200) event.waitUntil(keep(PICTURES, keyOf(request.url), response.clone()));
    return response;
  } catch (error) {
    const there = await seen.find(PICTURES, keyOf(request.url));
    if (there) return there;
    throw error;
  }
}

/** Keeps what another application hands over until an album is chosen for it. */
async function share(request: Request): Promise<Response> {
  const form = await request.formData();
  const files = form.getAll('photos').filter((one): one is File => one instanceof File);
  const ticket = await keepShared(files);
  return Response.redirect(`/#/?shared=${ticket}`, 303);
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('message', (event) => {
  if (event.data === 'forget') event.waitUntil(seen.forget());
  if (event.data === 'update') event.waitUntil(scope.skipWaiting());
});
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const way = wayOf(request, scope.location.origin);
  if (way === 'page') event.respondWith(page(request));
  if (way === 'file') event.respondWith(file(request));
  if (way === 'answer') event.respondWith(answer(request, event));
  if (way === 'picture') event.respondWith(picture(request, event));
  if (way === 'share') event.respondWith(share(request));
  if (way === 'refused') event.respondWith(Promise.resolve(Response.redirect('/', 303)));
});
