// Three renditions of photographs with sharp. `chained` is its best practice: the photograph is
// decoded once, and each rendition is made from the pixels of the next larger one. `pipelines` is
// what most people write: one pipeline a rendition, each of which decodes.

import { readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";

const EDGES = [2048, 1024, 256];
const { values, positionals } = parseArgs({
  options: { to: { type: "string" }, repeat: { type: "string" }, keep: { type: "string" } },
  allowPositionals: true,
});
const [way, ...photographs] = positionals;

// As a server does that handles one photograph a process at a time.
sharp.concurrency(1);
sharp.cache(false);

const fit = (image, edge) => image.resize(edge, edge, { fit: "inside", withoutEnlargement: true });
const encode = (image) =>
  (values.to === "jpeg" ? image.jpeg({ quality: 80 }) : image.webp({ quality: 80, effort: 4 })).toBuffer();
const pixels = (image) => image.raw().toBuffer({ resolveWithObject: true });
const again = ({ data, info: { width, height, channels } }) => sharp(data, { raw: { width, height, channels } });

async function chained(photograph) {
  const files = [];
  let from = sharp(photograph).autoOrient().toColourspace("srgb");
  for (const edge of EDGES) {
    const made = await pixels(fit(from, edge));
    files.push(await encode(again(made)));
    from = again(made);
  }
  return files;
}

async function pipelines(photograph) {
  const files = [];
  for (const edge of EDGES) {
    files.push(await encode(fit(sharp(photograph).autoOrient().toColourspace("srgb"), edge)));
  }
  return files;
}

const render = { chained, pipelines }[way];
const peak = () => 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);

async function measured(photograph) {
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const files = await render(photograph);
  const { user, system } = process.cpuUsage(cpu);
  return { files, cpu: (user + system) / 1e6, wall: (performance.now() - began) / 1e3 };
}

const said = { version: `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`, idle: peak(), photographs: [] };
await render(photographs[0]);
const kept = [];
for (const photograph of photographs) {
  const runs = [];
  for (let run = 0; run < Number(values.repeat); run += 1) {
    const { files, cpu, wall } = await measured(photograph);
    runs.push({ cpu, wall });
    if (run === 0 && values.keep) kept.push([photograph, files]);
  }
  said.photographs.push(runs);
}
said.peak = peak();
for (const [photograph, files] of kept) {
  const name = basename(photograph, extname(photograph));
  for (const [at, file] of files.entries()) {
    writeFileSync(join(values.keep, `${name}-${EDGES[at]}.${values.to}`), file);
  }
}
console.log(JSON.stringify(said));
