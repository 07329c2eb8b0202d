/**
 * Uploads that were going on when the tab was killed. What is kept of each is the file's identity,
 * its album, and the file's handle where there is one: announcing the same bytes again finds the
 * photo that waits for them, and the parts that have arrived.
 */

import { signal } from '@preact/signals';
import { handleOf, logMistake, type Upload, type UploadQueue } from '../shell';
import { matched } from './matching';
import { dropUploads, keepUploads, keptUploads, type FileHandle, type KeptUpload } from './store';

type Queue = Pick<UploadQueue<unknown>, 'uploads' | 'listen' | 'add'>;

/** Uploads of a former visit that have not ended. */
export const interrupted = signal<KeptUpload[]>([]);

/** What is kept of an upload. */
export function keptOf({ file, album }: Upload): KeptUpload {
  const handle = handleOf(file) as FileHandle | undefined;
  return {
    album: { id: album.id, title: album.title },
    name: file.name, size: file.size, modified: file.lastModified, ...(handle && { handle }),
  };
}

/** Keeps what is to be sent until it has been, or nobody wants it any more. */
export async function keepInterrupted(queue: Queue) {
  const keys = new Map<Upload, number>();
  let turn = keptUploads().then((kept) => { interrupted.value = kept; });
  const sync = async () => {
    const open = queue.uploads.filter((upload) => !upload.settled && upload.state !== 'processing');
    const fresh = open.filter((upload) => !keys.has(upload));
    const over = [...keys].filter(([upload]) => !open.includes(upload));
    if (fresh.length > 0) {
      const made = await keepUploads(fresh.map(keptOf));
      fresh.forEach((upload, at) => keys.set(upload, made[at]!));
    }
    if (over.length > 0) {
      for (const [upload] of over) keys.delete(upload);
      await dropUploads(over.map(([, key]) => key));
    }
  };
  // One after the other, so that none is kept twice.
  const soon = () => { turn = turn.then(sync).catch(logMistake); };
  queue.listen((upload) => {
    if (upload === null || upload.settled || upload.state === 'processing') soon();
  });
  soon();
  await turn;
}

/** Sends files of these uploads, and forgets the uploads: they are kept anew as those of now. */
async function send(queue: Queue, found: { upload: KeptUpload; file: File }[]) {
  for (const { upload, file } of found) queue.add([file], upload.album);
  const gone = found.map(({ upload }) => upload);
  interrupted.value = interrupted.value.filter((one) => !gone.includes(one));
  await dropUploads(gone.flatMap(({ key }) => (key === undefined ? [] : [key])));
}

/** Goes on with those whose files the browser can give again; resolves with how many are left. */
export async function resumeByHandles(queue: Queue): Promise<number> {
  const found: { upload: KeptUpload; file: File }[] = [];
  for (const upload of interrupted.value) {
    const file = await fileOf(upload);
    if (file) found.push({ upload, file });
  }
  await send(queue, found);
  return interrupted.value.length;
}

async function fileOf({ handle, size, modified }: KeptUpload): Promise<File | null> {
  try {
    if (await handle?.requestPermission?.({ mode: 'read' }) !== 'granted') return null;
    const file = await handle!.getFile();
    return file.size === size && file.lastModified === modified ? file : null;
  } catch {
    return null;
  }
}

/** Goes on with those that these files are; resolves with how many of the files were none of them. */
export async function resumeWith(queue: Queue, files: File[]): Promise<number> {
  const { found } = matched(interrupted.value, files);
  await send(queue, found);
  return files.length - found.length;
}

/** Gives them up. */
export async function giveUp() {
  const keys = interrupted.value.flatMap(({ key }) => (key === undefined ? [] : [key]));
  interrupted.value = [];
  await dropUploads(keys);
}
