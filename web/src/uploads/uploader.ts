/** The steps of an upload as a browser takes them; the order of steps is in `queue.ts`. */

import { answer, api, once } from '../api/client';
import type { Photo } from '../api/types';
import { whenForgotten } from '../core/session';
import { keys } from '../photos/media';
import { contentTypeOf } from './files';
import { UploadQueue } from './queue';
import { send, type Sending } from './send';
import { hexSum } from './sum';
import { Watcher } from './watcher';

/** A time as cameras tell it: the clock on the wall, written as if it were UTC. */
function clockTime(milliseconds: number): string {
  const minutesWest = new Date(milliseconds).getTimezoneOffset();
  return new Date(milliseconds - minutesWest * 60_000).toISOString();
}

function announce(album: string, file: File, sha256: string) {
  const body = {
    name: file.name,
    size: file.size,
    content_type: contentTypeOf(file),
    sha256,
    // Only counts when the photo itself does not say.
    ...(file.lastModified > 0 && { taken_at: clockTime(file.lastModified) }),
  };
  const params = { path: { album }, header: once() };
  return answer(api.POST('/v1/albums/{album}/photos', { body, params }));
}

/** Resolves with a photo and the signature of its renditions. */
export function readPhoto(photo: string) {
  return answer(api.GET('/v1/photos/{photo}', { params: { path: { photo } } }));
}

const watcher = new Watcher(readPhoto);

/** Waits until the photo is `ready` or `failed`. */
export async function settle(photo: Photo, signal?: AbortSignal): Promise<Photo> {
  const settled = await watcher.settled(photo, signal);
  if ('media' in settled) keys.adopt(settled.media, [settled]);
  return settled;
}

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });

/** Every upload of this tab, whichever album is open. */
export const uploads = new UploadQueue<Sending>({
  hash: hexSum, announce, send, settle, pause,
});

whenForgotten((next) => {
  if (uploads.uploads.length > 0) uploads.clear();
  keys.belongTo(next);
});
