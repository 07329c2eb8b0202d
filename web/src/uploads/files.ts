/** Files as people hand them over: chosen, dropped, or in folders inside folders. */

/** For files whose type the system does not know; browsers often do not know HEIC and RAW. */
const TYPES = new Map(Object.entries({
  jpg: 'image/jpeg', jpeg: 'image/jpeg', jfif: 'image/jpeg', png: 'image/png', webp: 'image/webp',
  gif: 'image/gif', avif: 'image/avif', heic: 'image/heic', heif: 'image/heif', bmp: 'image/bmp',
  tif: 'image/tiff', tiff: 'image/tiff', dng: 'image/x-adobe-dng', nef: 'image/x-nikon-nef', arw: 'image/x-sony-arw',
  cr2: 'image/x-canon-cr2', pef: 'image/x-pentax-pef', orf: 'image/x-olympus-orf', rw2: 'image/x-panasonic-rw2',
  raf: 'image/x-fuji-raf',
}));

/** What file choosers should offer. */
export const ACCEPT = ['image/*', ...[...TYPES.keys()].map((ending) => `.${ending}`)].join(',');

/** The MIME type of a file by its own word or by its name; empty when neither says. */
export function contentTypeOf({ name, type }: { name: string; type: string }): string {
  const ending = name.split('.').pop() ?? '';
  return type || TYPES.get(ending.toLowerCase()) || '';
}

/** The ending that files of a MIME type have; empty for an unknown one. */
export function endingOf(type: string): string {
  return [...TYPES].find(([, known]) => known === type)?.[0] ?? '';
}

/** Splits files into pictures and how many others there were; hidden files do not count. */
export function pictures(files: Iterable<File>): { files: File[]; others: number } {
  const visible = [...files].filter(({ name }) => !name.startsWith('.'));
  const chosen = visible.filter((file) => {
    const type = contentTypeOf(file);
    return type.startsWith('image/') && type !== 'image/svg+xml';
  });
  return { files: chosen, others: visible.length - chosen.length };
}

/** What was dropped, and the name of the first folder of it. */
export interface Dropped {
  files: File[];
  folder: string | null;
}

/**
 * Everything that was dropped, folders walked to the bottom: `{ files, folder }`, `folder` the
 * name of the first one. Must be called during the event, which forgets its items afterwards.
 */
export async function dropped(transfer: DataTransfer): Promise<Dropped> {
  const items = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  const handles = handlesOf(transfer);
  const entries = items.filter((entry) => entry !== null && entry !== undefined);
  if (entries.length === 0) return { files: [...transfer.files], folder: null };
  const files: File[] = [];
  for (const entry of entries) await walk(entry, files);
  await remember(handles, files);
  return { files, folder: entries.find(({ isDirectory }) => isDirectory)?.name ?? null };
}

/** What opens a file again after the tab was killed, where browsers have that. */
const opened = new WeakMap<File, FileSystemHandle>();

/** Returns the handle of a file that was dropped by itself, if there is one. */
export function handleOf(file: File): FileSystemHandle | undefined {
  return opened.get(file);
}

interface WithHandle {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}

/** Asks for the handles, which only the event itself has. */
function handlesOf(transfer: DataTransfer): Promise<FileSystemHandle | null>[] {
  return [...transfer.items].flatMap((item) => {
    const handle = (item as WithHandle).getAsFileSystemHandle?.();
    return handle ? [handle.catch(() => null)] : [];
  });
}

/** Notes which handle is whose: of files with one name, none. */
async function remember(handles: Promise<FileSystemHandle | null>[], files: File[]) {
  for (const handle of await Promise.all(handles)) {
    const named = files.filter(({ name }) => handle?.kind === 'file' && name === handle.name);
    if (handle && named.length === 1) opened.set(named[0]!, handle);
  }
}

async function walk(entry: FileSystemEntry, files: File[]) {
  if (entry.isFile) {
    const file = entry as FileSystemFileEntry;
    files.push(await new Promise<File>((resolve, reject) => { file.file(resolve, reject); }));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a folder in portions (Chromium: 100); an empty one is the end.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (portion.length === 0) return;
    for (const child of portion) await walk(child, files);
  }
}

/** Tells that a drag carries files, rather than text or a link. */
export function carriesFiles(event: DragEvent): boolean {
  return [...(event.dataTransfer?.types ?? [])].includes('Files');
}
