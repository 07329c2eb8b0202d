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
export function contentTypeOf({ name, type }) {
  return type || TYPES.get(name.split('.').pop().toLowerCase()) || '';
}

/** Splits files into pictures and how many others there were; hidden files do not count. */
export function pictures(files) {
  const visible = [...files].filter(({ name }) => !name.startsWith('.'));
  const chosen = visible.filter((file) => {
    const type = contentTypeOf(file);
    return type.startsWith('image/') && type !== 'image/svg+xml';
  });
  return { files: chosen, others: visible.length - chosen.length };
}

/**
 * Everything that was dropped, folders walked to the bottom: `{ files, folder }`, `folder` the
 * name of the first one. Must be called during the event, which forgets its items afterwards.
 */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return { files: [...transfer.files], folder: null };
  const files = [];
  for (const entry of entries) await walk(entry, files);
  return { files, folder: entries.find(({ isDirectory }) => isDirectory)?.name ?? null };
}

async function walk(entry, files) {
  if (entry.isFile) {
    files.push(await new Promise((resolve, reject) => { entry.file(resolve, reject); }));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives a folder in portions (Chromium: 100); an empty one is the end.
    const portion = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (portion.length === 0) return;
    for (const child of portion) await walk(child, files);
  }
}

/** Whether a drag carries files, rather than text or a link. */
export const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
