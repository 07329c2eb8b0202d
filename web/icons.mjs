// The icons of the installed page, drawn from static/favicon.svg: PNG files, which phones want, and
// which stand in no repository. Draws as much of SVG as that picture has: filled paths and circles,
// in the order of the file, and outlines.
import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';

/** Samples of a pixel in each direction. */
const FINE = 4;

/** Returns the rings of a path of M, C, S, L, H, V and Z, in either case. */
export function rings(data) {
  const tokens = data.match(/[A-Za-z]|-?\d*\.?\d+/g);
  const found = [];
  let ring = [];
  let [at, control, command, index] = [[0, 0], null, '', 0];
  const number = () => Number(tokens[index++]);
  const point = () => {
    const [x, y] = [number(), number()];
    return command === command.toLowerCase() ? [at[0] + x, at[1] + y] : [x, y];
  };
  const curve = (one, two, end) => {
    for (let step = 1; step <= 24; step += 1) {
      const t = step / 24;
      const u = 1 - t;
      ring.push([0, 1].map((axis) => u ** 3 * at[axis] + 3 * u * u * t * one[axis]
        + 3 * u * t * t * two[axis] + t ** 3 * end[axis]));
    }
    [control, at] = [two, end];
  };
  const line = (end) => {
    ring.push(end);
    at = end;
  };
  while (index < tokens.length) {
    if (/[A-Za-z]/.test(tokens[index])) command = tokens[index++];
    const kind = command.toUpperCase();
    const relative = command !== kind;
    if (kind === 'M') {
      if (ring.length > 0) found.push(ring);
      at = point();
      ring = [at];
      command = relative ? 'l' : 'L';
    } else if (kind === 'L') line(point());
    else if (kind === 'H') line([number() + (relative ? at[0] : 0), at[1]]);
    else if (kind === 'V') line([at[0], number() + (relative ? at[1] : 0)]);
    else if (kind === 'C') curve(point(), point(), point());
    else if (kind === 'S') {
      const mirrored = control ? [2 * at[0] - control[0], 2 * at[1] - control[1]] : at;
      curve(mirrored, point(), point());
    } else if (kind === 'Z') at = ring[0];
    else throw new Error(`no ${command} in paths of icons`);
    if (kind !== 'C' && kind !== 'S') control = null;
  }
  found.push(ring);
  return found;
}

function circle(cx, cy, r) {
  return [Array.from({ length: 96 }, (_one, step) => {
    const angle = step / 96 * 2 * Math.PI;
    return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
  })];
}

/** Returns the shapes of the picture: `{ rings, colour, outline, clip }`. */
function shapesOf(svg) {
  const attribute = (element, name) => new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1];
  const clipPath = /<clipPath[^>]*><path d="([^"]*)"/.exec(svg);
  const clip = clipPath && rings(clipPath[1]);
  const drawn = svg.replace(/<defs>.*?<\/defs>/s, '');
  const group = /<g clip-path[^>]*>(.*?)<\/g>/s.exec(drawn)?.[1] ?? '';
  return [...drawn.matchAll(/<(path|circle) [^>]*>/g)].map(([element, kind]) => {
    const outline = Number(attribute(element, 'stroke-width') ?? 0);
    const colour = attribute(element, outline ? 'stroke' : 'fill');
    const number = (name) => Number(attribute(element, name));
    return {
      outline, clip: group.includes(element) ? clip : null,
      colour: [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16)),
      rings: kind === 'circle' ? circle(number('cx'), number('cy'), number('r')) : rings(attribute(element, 'd')),
    };
  });
}

/** Returns the stretches of a line of samples that are inside of rings (even-odd). */
function stretches(shape, y) {
  const crossings = [];
  for (const ring of shape) {
    ring.forEach(([x, at], index) => {
      const [bx, by] = ring[(index || ring.length) - 1];
      if (at > y !== by > y) crossings.push((bx - x) * (y - at) / (by - at) + x);
    });
  }
  return crossings.sort((a, b) => a - b);
}

/** Returns the pairs of a line's crossings, each cut to those of a clip. */
function spans(crossings, clip) {
  const pairs = (all) => Array.from({ length: all.length >> 1 }, (_one, at) => [all[2 * at], all[2 * at + 1]]);
  if (!clip) return pairs(crossings);
  return pairs(crossings).flatMap(([from, to]) => pairs(clip)
    .map(([left, right]) => [Math.max(from, left), Math.min(to, right)])
    .filter(([left, right]) => left < right));
}

/** Returns rings moved outwards from the middle of their box: half of an outline's width. */
function widened(shape, by) {
  return shape.map((ring) => {
    const [xs, ys] = [0, 1].map((axis) => ring.map((point) => point[axis]));
    const middle = [xs, ys].map((all) => (Math.min(...all) + Math.max(...all)) / 2);
    const half = [xs, ys].map((all) => (Math.max(...all) - Math.min(...all)) / 2);
    return ring.map((point) => [0, 1].map((axis) =>
      middle[axis] + (point[axis] - middle[axis]) * (half[axis] + by) / half[axis]));
  });
}

/** Draws the picture on a square of pixels: as RGBA. `share` is how much of its height the picture has. */
function draw(svg, size, share, background) {
  const [left, top, width, height] = /viewBox="([^"]*)"/.exec(svg)[1].split(' ').map(Number);
  const scale = Math.max(width, height) / size / share;
  const shapes = shapesOf(svg).map(({ outline, ...shape }) => (outline === 0 ? shape : {
    ...shape, rings: [...widened(shape.rings, outline / 2), ...widened(shape.rings, -outline / 2)],
  }));
  const colours = [background, ...shapes.map(({ colour }) => colour)];
  const pixels = Buffer.alloc(size * size * 4);
  const samples = new Uint8Array(size * FINE);
  const sampleAt = (x) => Math.ceil(((x - left - width / 2) / scale + size / 2) * FINE - 0.5);
  for (let row = 0; row < size; row += 1) {
    const sums = new Float64Array(size * 4);
    for (let fine = 0; fine < FINE; fine += 1) {
      const y = top + height / 2 + (row + (fine + 0.5) / FINE - size / 2) * scale;
      samples.fill(0);
      shapes.forEach((shape, index) => {
        const clip = shape.clip && stretches(shape.clip, y);
        for (const [from, to] of spans(stretches(shape.rings, y), clip)) {
          samples.fill(index + 1, Math.max(0, sampleAt(from)), Math.max(0, sampleAt(to)));
        }
      });
      addUp(samples, colours, sums);
    }
    for (let column = 0; column < size; column += 1) {
      const count = sums[column * 4 + 3];
      const to = (row * size + column) * 4;
      for (const part of [0, 1, 2]) pixels[to + part] = count ? Math.round(sums[column * 4 + part] / count) : 0;
      pixels[to + 3] = Math.round(255 * count / FINE ** 2);
    }
  }
  return pixels;
}

/** Adds a line of samples to the sums of its pixels: red, green, blue, and how many samples there are. */
function addUp(samples, colours, sums) {
  samples.forEach((index, sample) => {
    const colour = colours[index];
    if (!colour) return;
    const at = Math.floor(sample / FINE) * 4;
    for (const part of [0, 1, 2]) sums[at + part] += colour[part];
    sums[at + 3] += 1;
  });
}

const TABLE = Array.from({ length: 256 }, (_one, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum >>> 0;
});

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  let sum = 0xffffffff;
  for (const byte of body) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE((sum ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, check]);
}

/** Returns a PNG file of RGBA pixels. */
export function png(pixels, size) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: size }, (_one, row) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(row * size * 4, (row + 1) * size * 4)]));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.concat(rows), { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/** The colour of the paper. */
const PAPER = [0xf4, 0xec, 0xdf];

/** Each icon: its pixels, how much of them the egg has, and what is behind it. */
export const ICONS = [
  { name: 'icon-192.png', size: 192, share: 1, background: null },
  { name: 'icon-512.png', size: 512, share: 1, background: null },
  // Phones cut these to their own shape: the egg keeps to the middle.
  { name: 'icon-maskable-512.png', size: 512, share: 0.62, background: PAPER },
  { name: 'apple-touch-icon.png', size: 180, share: 0.74, background: PAPER },
];

/** Resolves with the bytes of each icon, by name. */
export async function icons(file) {
  const svg = await readFile(file, 'utf8');
  return new Map(ICONS.map(({ name, size, share, background }) => [name, png(draw(svg, size, share, background), size)]));
}
