/** Finds interrupted uploads among files that are chosen again. */

import type { KeptUpload } from './store';

/** Returns the uploads that these files are, and those that are none of them. */
export function matched(kept: readonly KeptUpload[], files: readonly File[]) {
  const left = [...kept];
  const found: { upload: KeptUpload; file: File }[] = [];
  for (const file of files) {
    const at = left.findIndex((one) =>
      one.name === file.name && one.size === file.size && one.modified === file.lastModified);
    if (at >= 0) found.push({ upload: left.splice(at, 1)[0]!, file });
  }
  return { found, left };
}
