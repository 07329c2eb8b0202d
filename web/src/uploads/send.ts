/** Sends bytes to the storage: a file in one request, or a large one in parts that can be resumed. */

import { answer, api, once } from '../api/client';
import type { components } from '#api';
import { text } from '../i18n';
import { hexSum } from './sum';

type Schemas = components['schemas'];
export type Sending = Schemas['SendingWhole'] | Schemas['SendingInParts'];

interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
}

type Progress = (bytes: number) => void;

/** Set by the browser itself; `setRequestHeader` refuses them. */
const BROWSERS_OWN = new Set(['host', 'content-length', 'connection', 'expect']);

/** The storage refused the bytes, or did not answer. */
export class SendError extends Error {
  constructor(message: string, readonly passing: boolean) {
    super(message);
  }
}

/** Sends a file as it was told to. */
export function send(to: Sending, file: File, progress: Progress, signal: AbortSignal) {
  if (to.kind === 'whole') return put(to, file, progress, signal);
  return sendParts(to, file, progress, signal);
}

/** Sends bytes by one request; `fetch` cannot tell how far an upload is, so by XHR. */
function put(to: Request, body: Blob, progress: Progress, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open(to.method, to.url);
    for (const [name, value] of Object.entries(to.headers)) {
      if (!BROWSERS_OWN.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', (event) => progress(event.loaded));
    request.addEventListener('load', () => {
      const error = refusalOf(request.status);
      if (error) reject(error);
      else resolve();
    });
    request.addEventListener('error', () => reject(new SendError(text.uploads.broken, true)));
    request.addEventListener('abort', () => reject(new SendError(text.uploads.stopped, false)));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    signal.addEventListener('abort', stop);
    request.send(body);
  });
}

/** `null` when the object is stored: now, or (412) by an attempt whose answer was lost. */
function refusalOf(status: number): SendError | null {
  if ((status >= 200 && status < 300) || status === 412) return null;
  if (status === 400) return new SendError(text.uploads.altered, false);
  // An expired address is replaced by announcing again.
  return new SendError(text.uploads.storage(status), status === 403 || status >= 500);
}

/** Sends the parts that have not arrived, one after the other, and completes the upload. */
async function sendParts(
  to: Schemas['SendingInParts'],
  file: File,
  progress: Progress,
  signal: AbortSignal,
) {
  const params = { path: { upload: to.id } };
  const { arrived } = await answer(api.GET('/v1/uploads/{upload}', { params }));
  const there = new Set(arrived.map((part) => part.number));
  let sent = arrived.reduce((sum, part) => sum + part.size, 0);
  progress(sent);
  for (let number = 1; number <= to.parts; number += 1) {
    if (there.has(number)) continue;
    const part = file.slice((number - 1) * to.part_size, number * to.part_size);
    const body = { parts: [{ number, sha256: await hexSum(part) }] };
    signal.throwIfAborted();
    const header = once();
    const signed = await answer(
      api.POST('/v1/uploads/{upload}/parts', { body, params: { ...params, header } }),
    );
    const before = sent;
    const target = signed.parts[0];
    if (target) await put(target, part, (bytes) => progress(before + bytes), signal);
    sent += part.size;
  }
  await answer(
    api.POST('/v1/uploads/{upload}/complete', { params: { ...params, header: once() } }),
  );
}
