/**
 * ThumbHash decoder: about 25 bytes to a blurred picture, after the format published at
 * https://evanw.github.io/thumbhash/. The hash holds a few cosine coefficients of luminance (L),
 * yellow–blue (P), red–green (Q) and, when the picture has any, alpha (A).
 */

/** Long edge of the decoded placeholder, in pixels; more would only repeat the same blur. */
const EDGE = 32;
/** The encoder halves chroma precision, then P and Q are stretched a little to look alive. */
const CHROMA_GAIN = 1.25;

/** Base64 to bytes; `null` when it is not base64. */
export function bytesOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}

/**
 * Decodes to `{ width, height, rgba }`, straight (not premultiplied) alpha; `null` when the bytes
 * are too few to be a ThumbHash.
 */
export function decode(bytes: Uint8Array | null) {
  const header = readHeader(bytes);
  if (!header) return null;
  const planes = readPlanes(bytes!, header);
  const { ratio } = header;
  const width = Math.round(ratio > 1 ? EDGE : EDGE * ratio);
  const height = Math.round(ratio > 1 ? EDGE / ratio : EDGE);
  return { width, height, rgba: paint(planes, width, height) };
}

interface Term {
  cx: number;
  cy: number;
  value: number;
}

type Header = NonNullable<ReturnType<typeof readHeader>>;
type Planes = ReturnType<typeof readPlanes>;

function readHeader(bytes: Uint8Array | null) {
  if (!bytes || bytes.length < 5) return null;
  const byte = (index: number) => bytes[index] ?? 0;
  const first = byte(0) | (byte(1) << 8) | (byte(2) << 16);
  const second = byte(3) | (byte(4) << 8);
  const alpha = first >>> 23 === 1;
  if (alpha && bytes.length < 6) return null;
  const landscape = second >>> 15 === 1;
  const short = second & 7;
  const long = alpha ? 5 : 7;
  if (short === 0) return null;
  return {
    alpha,
    ratio: landscape ? long / short : short / long,
    nx: Math.max(3, landscape ? long : short),
    ny: Math.max(3, landscape ? short : long),
    l: { dc: (first & 63) / 63, scale: ((first >>> 18) & 31) / 31 },
    p: { dc: ((first >>> 6) & 63) / 31.5 - 1, scale: (CHROMA_GAIN * ((second >>> 3) & 63)) / 63 },
    q: { dc: ((first >>> 12) & 63) / 31.5 - 1, scale: (CHROMA_GAIN * ((second >>> 9) & 63)) / 63 },
    a: alpha ? { dc: (byte(5) & 15) / 15, scale: (byte(5) >>> 4) / 15 } : { dc: 1, scale: 0 },
  };
}

/** The coefficients of each plane, read nibble by nibble in the order L, P, Q, A. */
function readPlanes(bytes: Uint8Array, header: Header) {
  let nibble = (header.alpha ? 6 : 5) * 2;
  const next = () => {
    const byte = bytes[nibble >> 1] ?? 0;
    const value = nibble & 1 ? byte >> 4 : byte & 15;
    nibble += 1;
    return value / 7.5 - 1;
  };
  const plane = ({ dc, scale }: { dc: number; scale: number }, nx: number, ny: number) => {
    const terms: Term[] = [{ cx: 0, cy: 0, value: dc }];
    for (let cy = 0; cy < ny; cy += 1) {
      // Only the triangle of low frequencies is stored.
      for (let cx = cy === 0 ? 1 : 0; cx * ny < nx * (ny - cy); cx += 1) {
        terms.push({ cx, cy, value: 2 * scale * next() });
      }
    }
    return terms;
  };
  return {
    l: plane(header.l, header.nx, header.ny),
    p: plane(header.p, 3, 3),
    q: plane(header.q, 3, 3),
    a: header.alpha ? plane(header.a, 5, 5) : [{ cx: 0, cy: 0, value: 1 }],
  };
}

function paint({ l, p, q, a }: Planes, width: number, height: number) {
  const rgba = new Uint8ClampedArray(width * height * 4);
  const across = cosines(width);
  const down = cosines(height);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const rowOfL = rowOf(l, down, y);
    const rowOfP = rowOf(p, down, y);
    const rowOfQ = rowOf(q, down, y);
    const rowOfA = rowOf(a, down, y);
    for (let x = 0; x < width; x += 1) {
      const light = valueAt(rowOfL, across, x);
      const yellowBlue = valueAt(rowOfP, across, x);
      const redGreen = valueAt(rowOfQ, across, x);
      const blue = light - (2 / 3) * yellowBlue;
      const red = (3 * light - blue + redGreen) / 2;
      rgba[at] = 255 * red;
      rgba[at + 1] = 255 * (red - redGreen);
      rgba[at + 2] = 255 * blue;
      rgba[at + 3] = 255 * valueAt(rowOfA, across, x);
      at += 4;
    }
  }
  return rgba;
}

/** Sums up the terms of a plane in one row: what is left are its frequencies across. */
function rowOf(terms: Term[], down: Float64Array[], y: number): Float64Array {
  const last = Math.max(...terms.map(({ cx }) => cx));
  const row = new Float64Array(last + 1);
  for (const { cx, cy, value } of terms) row[cx]! += value * down[cy]![y]!;
  return row;
}

function valueAt(row: Float64Array, across: Float64Array[], x: number): number {
  let sum = 0;
  for (let cx = 0; cx < row.length; cx += 1) sum += row[cx]! * across[cx]![x]!;
  return sum;
}

/** `table[frequency][position]`, for up to seven frequencies. */
function cosines(length: number): Float64Array[] {
  const known = tables.get(length);
  if (known) return known;
  const table = Array.from({ length: 7 }, (_, frequency) =>
    Float64Array.from({ length }, (_unused, position) =>
      Math.cos((Math.PI / length) * (position + 0.5) * frequency)));
  tables.set(length, table);
  return table;
}

/** The tables of the lengths that there are: at most as many as an edge has pixels. */
const tables = new Map<number, Float64Array[]>();

/** Canvases that have been shown, to be drawn on anew. */
const spare: HTMLCanvasElement[] = [];
/** The most of them. */
const MOST = 60;

/** Takes a placeholder out of its parent, unless it is another's by now. */
export function removePlaceholder(canvas: HTMLCanvasElement, parent: Element) {
  if (canvas.parentElement !== parent) return;
  canvas.remove();
  if (spare.length < MOST) spare.push(canvas);
}

/** A small canvas with the placeholder, to be stretched by CSS; `null` without a valid hash. */
export function placeholderCanvas(base64: string | null | undefined): HTMLCanvasElement | null {
  const picture = base64 ? decode(bytesOf(base64)) : null;
  if (!picture) return null;
  // A new canvas takes longer than all else of a tile.
  const canvas = spare.pop() ?? document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute('aria-hidden', 'true');
  const image = new ImageData(picture.rgba, picture.width, picture.height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
