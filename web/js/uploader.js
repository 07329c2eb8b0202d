/** The steps of an upload as a browser takes them; the order of steps is in `queue.js`. */

import * as api from './api.js';
import { keys } from './photo-image.js';
import { contentTypeOf } from './files.js';
import { UploadQueue } from './queue.js';
import { Watcher } from './watcher.js';

/** Set by the browser itself; `setRequestHeader` refuses them. */
const BROWSERS_OWN = new Set(['host', 'content-length', 'connection', 'expect']);

/** The storage refused the bytes, or did not answer. */
class SendError extends Error {
  constructor(message, passing) {
    super(message);
    this.passing = passing;
  }
}

/** SHA-256 of a file, in hex. */
async function hash(file) {
  if (!crypto.subtle) throw new Error('This browser only uploads over a secure (https) connection.');
  let content;
  try {
    content = await file.arrayBuffer();
  } catch (cause) {
    throw new Error('This file could not be read. Was it moved or changed?', { cause });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A time as cameras tell it: what the clock on the wall shows, written as if it were UTC. */
function clockTime(milliseconds) {
  const minutesWest = new Date(milliseconds).getTimezoneOffset();
  return new Date(milliseconds - minutesWest * 60_000).toISOString();
}

const announce = (album, file, sha256) =>
  api.createPhoto(album, {
    name: file.name,
    size: file.size,
    content_type: contentTypeOf(file),
    sha256,
    multipart: false,
    // Only counts when the photo itself does not say.
    ...(file.lastModified > 0 && { taken_at: clockTime(file.lastModified) }),
  });

/** Sends the bytes to the storage; `fetch` cannot tell how far an upload is, so by XHR. */
function send({ method, url, headers }, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      if (!BROWSERS_OWN.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', (event) => progress(event.loaded));
    request.addEventListener('load', () => {
      const error = refusalOf(request.status);
      if (error) reject(error);
      else resolve();
    });
    request.addEventListener('error', () => reject(new SendError('The connection broke during the upload.', true)));
    request.addEventListener('abort', () => reject(new SendError('Stopped.', false)));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** `null` when the object is stored, now or (412: it exists) by an attempt whose answer was lost. */
function refusalOf(status) {
  if ((status >= 200 && status < 300) || status === 412) return null;
  if (status === 400) return new SendError('The bytes that arrived are not the ones announced. Did the file change?', false);
  // An expired address is replaced by announcing again.
  return new SendError(`The storage refused the upload (${status}).`, status === 403 || status >= 500);
}

const watcher = new Watcher(api.getPhoto);

/** Waits until the photo is `ready` or `failed`. */
export async function settle(photo, signal) {
  const settled = await watcher.settled(photo, signal);
  keys.adopt(settled.media, [settled]);
  return settled;
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Every upload of this tab, whichever album is open. */
export const uploads = new UploadQueue({ hash, announce, send, settle, pause });
