// Builds the photographs that `./dev bench imaging` measures with, from pictures that people took:
// cut and enlarged to the size of a camera's, and given the noise of a sensor, without which an
// enlarged picture has less to decode than one that a camera wrote. The same bytes on every run.

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const SIZES = { 12: [4000, 3000], 24: [6000, 4000], 48: [8000, 6000] };
const SIGMA = 4; // of 255: a base-ISO exposure of a small sensor, or ISO 1600 of a large one
const QUALITY = 92;
const [from, to, ...pairs] = process.argv.slice(2);

// Irwin–Hall of four uniform numbers is near enough to a normal one.
function withNoise(data, seed) {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  for (let at = 0; at < data.length; at += 1) {
    const noise = (next() + next() + next() + next() - 2) * Math.sqrt(3) * SIGMA;
    data[at] = Math.max(0, Math.min(255, Math.round(data[at] + noise)));
  }
  return data;
}

async function build(source, name, megapixels) {
  const [width, height] = SIZES[megapixels];
  const resize = { fit: "cover", kernel: "lanczos3", fastShrinkOnLoad: false };
  const enlarged = sharp(source).autoOrient().resize(width, height, resize).toColourspace("srgb").removeAlpha();
  const pixels = withNoise(await enlarged.raw().toBuffer(), megapixels);
  const write = async (file, encode) => {
    const made = encode(sharp(pixels, { raw: { width, height, channels: 3 } }));
    // Complete or not there.
    await made.toFile(join(to, `.${file}`));
    renameSync(join(to, `.${file}`), join(to, file));
  };
  // Cameras do not spend time on Huffman tables of their own.
  await write(`${name}-${megapixels}mp.jpg`, (image) => image.jpeg({ quality: QUALITY, optimiseCoding: false }));
  if (megapixels !== "12") return;
  await write(`${name}-12mp-webp.webp`, (image) => image.webp({ quality: 90, effort: 4 }));
  await write(`${name}-12mp-png.png`, (image) => image.png());
  await write(`${name}-12mp-progressive.jpg`, (image) => image.jpeg({ quality: QUALITY, progressive: true }));
}

mkdirSync(to, { recursive: true });
for (const pair of pairs) {
  const [name, source] = pair.split("=");
  for (const megapixels of Object.keys(SIZES).reverse()) {
    // The last that is written for its size.
    const last = megapixels === "12" ? `${name}-12mp-progressive.jpg` : `${name}-${megapixels}mp.jpg`;
    if (!existsSync(join(to, last))) await build(join(from, source), name, megapixels);
  }
}
