/** What is kept on the device: uploads that have not ended, and photos that were handed over. */

/** An upload as it is found again after the tab was killed. */
export interface KeptUpload {
  /** Grows with each upload. */
  key?: number;
  album: { id: string; title: string };
  name: string;
  size: number;
  modified: number;
  /** Where the browser has handles, the file itself can be had again. */
  handle?: FileHandle;
}

/** As much of a file's handle as resuming needs. */
export interface FileHandle {
  getFile: () => Promise<File>;
  requestPermission?: (asked: { mode: 'read' }) => Promise<PermissionState>;
}

const UPLOADS = 'uploads';
const SHARED = 'shared';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('albumen', 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(UPLOADS, { keyPath: 'key', autoIncrement: true });
      opening.result.createObjectStore(SHARED, { autoIncrement: true });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error('no database'));
  });
}

async function run<Result>(
  name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Result> | undefined,
): Promise<Result | undefined> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error ?? new Error('not kept'));
      transaction.onabort = transaction.onerror;
    });
  } finally {
    database.close();
  }
}

/** Resolves with the key of each. */
export async function keepUploads(uploads: KeptUpload[]): Promise<number[]> {
  const keys: IDBRequest<IDBValidKey>[] = [];
  await run(UPLOADS, 'readwrite', (store) => {
    for (const upload of uploads) keys.push(store.add(upload));
    return undefined;
  });
  return keys.map(({ result }) => Number(result));
}

export async function dropUploads(keys: readonly number[]): Promise<void> {
  await run(UPLOADS, 'readwrite', (store) => {
    for (const key of keys) store.delete(key);
    return undefined;
  });
}

export async function keptUploads(): Promise<KeptUpload[]> {
  return await run(UPLOADS, 'readonly', (store) => store.getAll() as IDBRequest<KeptUpload[]>) ?? [];
}

export async function addShared(files: File[]): Promise<void> {
  await run(SHARED, 'readwrite', (store) => {
    for (const file of files) store.add(file);
    return undefined;
  });
}

/** Resolves with the photos that were handed over, and forgets them. */
export async function takeShared(): Promise<File[]> {
  let files: IDBRequest<File[]> | null = null;
  await run(SHARED, 'readwrite', (store) => {
    files = store.getAll() as IDBRequest<File[]>;
    store.clear();
    return undefined;
  });
  return (files as IDBRequest<File[]> | null)?.result ?? [];
}

/** Forgets everything: it was another person's. */
export async function forgetDevice(): Promise<void> {
  await run(UPLOADS, 'readwrite', (store) => store.clear());
  await run(SHARED, 'readwrite', (store) => store.clear());
}
