/** Originals as a ZIP file, put together in the browser while they arrive. */

import { downloadZip } from 'client-zip';
import { endingOf, notice, originalUrl, text, type Photo } from '../../shell';

/** What Chromium has for writing a file as it grows; others hold the whole in memory. */
interface FilePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

type Zipped = Pick<Photo, 'id' | 'name' | 'taken_at'>;

/** Gives each file a name of its own: `IMG_1.jpg`, `IMG_1 (2).jpg`. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), count);
    if (count === 1) return name;
    const dot = name.lastIndexOf('.');
    const end = dot > 0 ? dot : name.length;
    return `${name.slice(0, end)} (${count})${name.slice(end)}`;
  });
}

/** Gives a name without an ending that of its type: guests are not told the file's own. */
export function withEnding(name: string, type: string | null): string {
  const ending = endingOf(type ?? '');
  return /\.\w{2,5}$/.test(name) || !ending ? name : `${name}.${ending}`;
}

/** Resolves with the answer that is a photo's original. */
type Fetch = (photo: string) => Promise<Response>;

const fetchOriginal: Fetch = (photo) => fetch(originalUrl(photo));

async function* files(photos: readonly Zipped[], original: Fetch) {
  const names = uniqueNames(photos.map(({ name }) => name));
  for (const [index, photo] of photos.entries()) {
    const response = await original(photo.id);
    if (!response.ok) throw new Error(text.selection.zipBroken(photo.name));
    const name = withEnding(names[index]!, response.headers.get('content-type'));
    yield { name, lastModified: new Date(photo.taken_at), input: response };
  }
}

/**
 * Saves the originals of the photos that `list` resolves with under a name. The file is asked for
 * first: browsers allow that for a few seconds after a press, and a long list takes longer.
 */
export async function saveZip(list: () => Promise<readonly Zipped[]>, name: string, original = fetchOriginal) {
  const archive = `${name.replaceAll(/[\\/:*?"<>|]/g, '-')}.zip`;
  const picker = (globalThis as FilePicker).showSaveFilePicker;
  let handle: FileSystemFileHandle | null;
  try {
    handle = picker ? await picker({ suggestedName: archive }) : null;
  } catch (error) {
    // Whoever closes the chooser wants no file.
    if (error instanceof DOMException && error.name === 'AbortError') return;
    throw error;
  }
  notice(text.selection.zip(name));
  const zip = downloadZip(files(await list(), original));
  if (handle && zip.body) await zip.body.pipeTo(await handle.createWritable());
  else saveBlob(await zip.blob(), archive);
  notice(text.selection.zipDone(name));
}

/** Saves bytes as the browser saves downloads. */
export function saveBlob(blob: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
