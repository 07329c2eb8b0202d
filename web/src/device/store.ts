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

/**
 * Keeps photos that were handed over, in place of those before: none may come in with others.
 * Resolves with what they are taken for.
 */
export async function keepShared(files: File[]): Promise<string> {
  const ticket = crypto.randomUUID();
  await run(SHARED, 'readwrite', (store) => {
    store.clear();
    return store.put(files, ticket);
  });
  return ticket;
}

/** Resolves with the photos that were handed over for this ticket, and forgets all. */
export async function takeShared(ticket: string): Promise<File[]> {
  let found: IDBRequest<File[] | undefined> | null = null;
  await run(SHARED, 'readwrite', (store) => {
    found = store.get(ticket) as IDBRequest<File[] | undefined>;
    store.clear();
    return undefined;
  });
  return (found as IDBRequest<File[] | undefined> | null)?.result ?? [];
}

/** Forgets everything: it was another person's. */
export async function forgetDevice(): Promise<void> {
  await run(UPLOADS, 'readwrite', (store) => store.clear());
  await run(SHARED, 'readwrite', (store) => store.clear());
}
