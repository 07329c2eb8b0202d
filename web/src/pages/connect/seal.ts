/**
 * Seals a text for a program on this machine, as `cli/src/browser/seal.rs` opens it: ECDH on P-256,
 * HKDF with SHA-256, AES-256-GCM. The message is the sender's public key, the nonce and the
 * encrypted text, in Base64url.
 */

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

/** Length of a nonce of AES-GCM, in bytes. */
const NONCE = 12;

/** Length of a public key that is not compressed, in bytes. */
const PUBLIC_KEY = 65;

/** Returns the bytes of Base64url without padding, or `null` when it is none. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = String.fromCharCode(...bytes);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Returns the public key that a program has put into an address, or `null` when it is none. */
export async function publicKey(text: string): Promise<CryptoKey | null> {
  const bytes = fromBase64Url(text);
  if (bytes?.length !== PUBLIC_KEY) return null;
  try {
    return await crypto.subtle.importKey('raw', bytes, CURVE, true, []);
  } catch {
    return null;
  }
}

/** Seals a text so that only the owner of the key opens it. */
export async function seal(recipient: CryptoKey, plain: string): Promise<string> {
  const { subtle } = crypto;
  const own = await subtle.generateKey(CURVE, false, ['deriveBits']) as CryptoKeyPair;
  const ownPublic = new Uint8Array(await subtle.exportKey('raw', own.publicKey));
  const recipientPublic = new Uint8Array(await subtle.exportKey('raw', recipient));
  const secret = await subtle.deriveBits({ name: 'ECDH', public: recipient }, own.privateKey, 256);
  const base = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = joined(new TextEncoder().encode('albumen login'), recipientPublic, ownPublic);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  const key = await subtle.deriveKey(derivation, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const encrypted = await subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(plain));
  return toBase64Url(joined(ownPublic, iv, new Uint8Array(encrypted)));
}
