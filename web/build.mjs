// Builds the page: target/web/site from src, css and static, with its source maps beside it in
// target/web/maps. With --watch it goes on whenever a source changes, until its parent ends.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, context } from 'esbuild';
import openapi, { astToString } from 'openapi-typescript';
import { icons } from './icons.mjs';
import { worldPlugin } from './world.mjs';

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(web);
const to = path.join(root, 'target', 'web');
const site = path.join(to, 'site');
const maps = path.join(to, 'maps');
const watching = process.argv.includes('--watch');

/** Every page: its HTML in static, and the entries that go into its head. */
const PAGES = [
  {
    html: 'index.html', early: 'src/early.ts', script: 'src/main.tsx', style: 'css/gallery.css',
    worker: 'src/worker/main.ts',
  },
  { html: 'reference.html', script: 'src/reference/main.tsx', style: 'css/api.css' },
];

/** Writes the types of the API's document, unless they are those of the present one. */
async function writeTypes() {
  const document = path.join(root, 'docs', 'openapi.json');
  const text = await readFile(document, 'utf8');
  const sum = createHash('sha256').update(text).digest('hex');
  const file = path.join(to, 'api.d.ts');
  const heading = `// Of docs/openapi.json, ${sum}\n`;
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present.startsWith(heading)) return;
  const types = await openapi(JSON.parse(text), { silent: true });
  await mkdir(to, { recursive: true });
  await writeFile(file, heading + astToString(types));
}

/** Runs TypeScript over the sources; resolves with whether it found nothing. */
function checkTypes(...options) {
  const compiler = path.join(web, 'node_modules', 'typescript', 'bin', 'tsc');
  const child = spawn(process.execPath, [compiler, '--project', web, ...options], { stdio: 'inherit' });
  process.on('exit', () => child.kill());
  return new Promise((resolve) => { child.on('close', (code) => resolve(code === 0)); });
}

/** Puts the entries of a page, and what they import, into its HTML. */
async function html({ html: name, early, script, style }, { outputs }) {
  const output = (source) => Object.keys(outputs).find((file) => outputs[file].entryPoint === `web/${source}`);
  const address = (file) => `/${path.relative('target/web/site', file)}`;
  const main = output(script);
  const preloads = outputs[main].imports
    .filter(({ kind }) => kind === 'import-statement')
    .map((one) => `  <link rel="modulepreload" href="${address(one.path)}">`);
  // In the order of the document, so that the others find what it has asked for.
  const first = early ? [`  <script type="module" fetchpriority="high" src="${address(output(early))}"></script>`] : [];
  const head = [
    ...first,
    `  <link rel="stylesheet" href="${address(output(style))}">`,
    ...preloads,
    `  <script type="module" src="${address(main)}"></script>`,
  ];
  const text = await readFile(path.join(web, 'static', name), 'utf8');
  await writeFile(path.join(site, name), text.replace('  <!-- build -->', head.join('\n')));
}

/** The names of the files of each page that is built. */
const built = new Map();

/** Writes a page: first what others name, at last what names it; then removes what nothing names. */
async function write(page, result) {
  await mkdir(path.join(site, 'assets'), { recursive: true });
  await mkdir(maps, { recursive: true });
  const written = new Set();
  for (const { path: file, contents } of result.outputFiles) {
    const name = path.basename(file);
    const folder = name.endsWith('.map') ? maps : path.join(site, 'assets');
    await writeFile(path.join(folder, name), contents);
    written.add(name);
  }
  built.set(page, written);
  await html(page, result.metafile);
  await writeFile(path.join(to, `${page.html}.meta.json`), JSON.stringify(result.metafile));
  if (page.worker) await writeWorker(written);
  if (built.size === PAGES.length) await sweep();
}

/** What is not installed with the page, but kept once it was loaded. */
const LATER = /^(?:world|chinese)-|\.map$/;

/** Writes the service worker, which knows the files of the page, and their sum as its version. */
async function writeWorker(written) {
  const assets = [...written].filter((name) => !LATER.test(name)).map((name) => `/assets/${name}`).sort();
  const page = await readFile(path.join(site, 'index.html'));
  const version = createHash('sha256').update(page).update(assets.join(' ')).digest('hex').slice(0, 12);
  const files = ['/', '/favicon.svg', '/manifest.webmanifest', ...assets];
  const result = await bundle({
    absWorkingDir: root, entryPoints: [path.join('web', PAGES[0].worker)], bundle: true, format: 'iife', minify: true,
    target: ['es2022'], define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(version) }, write: false,
  });
  await writeFile(path.join(site, 'worker.js'), result.outputFiles[0].contents);
}

/** Draws the icons, unless they are those of the present picture. */
async function writeIcons() {
  const picture = path.join(web, 'static', 'favicon.svg');
  const sum = createHash('sha256');
  for (const source of [picture, path.join(web, 'icons.mjs')]) sum.update(await readFile(source));
  const mark = path.join(to, 'icons.sum');
  const present = sum.digest('hex');
  if (await readFile(mark, 'utf8').catch(() => '') === present) return;
  for (const [name, bytes] of await icons(picture)) await writeFile(path.join(site, name), bytes);
  await writeFile(mark, present);
}

/** Removes files of former builds. */
async function sweep() {
  const all = new Set([...built.values()].flatMap((names) => [...names]));
  for (const folder of [maps, path.join(site, 'assets')]) {
    for (const name of await readdir(folder)) if (!all.has(name)) await rm(path.join(folder, name));
  }
}

/** Copies what is served as it is. */
async function copyStatic() {
  const pages = new Set(PAGES.map(({ html: name }) => name));
  await mkdir(site, { recursive: true });
  for (const name of await readdir(path.join(web, 'static'))) {
    if (!pages.has(name)) await copyFile(path.join(web, 'static', name), path.join(site, name));
  }
}

const writerOf = (page) => ({
  name: 'writer',
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      await write(page, result);
      if (watching) console.log(`${page.html} is built.`);
    });
  },
});

const optionsOf = (page) => ({
  absWorkingDir: root,
  entryPoints: [page.early, page.script, page.style].filter(Boolean).map((source) => path.join('web', source)),
  outdir: 'target/web/site',
  entryNames: 'assets/[name]-[hash]',
  chunkNames: 'assets/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
  minify: true,
  // Every page imports all of src/shell.ts, so that it is one file, loaded before any of them.
  treeShaking: false,
  sourcemap: 'external',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  metafile: true,
  write: false,
  logLevel: 'warning',
  plugins: [worldPlugin, writerOf(page)],
});

await writeTypes();
await copyStatic();
await writeIcons();
const bundlers = await Promise.all(PAGES.map((page) => context(optionsOf(page))));
if (watching) {
  for (const bundler of bundlers) await bundler.watch();
  checkTypes('--watch', '--preserveWatchOutput');
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.exit(); }, 1000);
} else {
  const builds = bundlers.map((bundler) => bundler.rebuild().then(() => true, () => false));
  const outcomes = await Promise.all([checkTypes(), ...builds]);
  for (const bundler of bundlers) await bundler.dispose();
  if (outcomes.includes(false)) process.exit(1);
}
