/** SHA-256 of bytes, in hex. */

import { text } from '../i18n';

/**
 * Resolves with the sum.
 *
 * @throws Error when the bytes cannot be read, or the page is not on a secure connection.
 */
export async function hexSum(bytes: Blob): Promise<string> {
  if (!crypto.subtle) throw new Error(text.uploads.insecure);
  let content: ArrayBuffer;
  try {
    content = await bytes.arrayBuffer();
  } catch (cause) {
    throw new Error(text.uploads.unreadable, { cause });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
