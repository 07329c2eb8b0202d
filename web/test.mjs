// Runs the page's own tests, tests/web/*.test.*: bundles each as the page is, and gives them to
// Node.js's test runner.
import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { worldPlugin } from './world.mjs';

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(web);
const from = path.join(root, 'tests', 'web');
const to = path.join(root, 'target', 'web', 'tests');

const names = (await readdir(from)).filter((name) => /\.test\.(mjs|ts)$/.test(name));
if (names.length === 0) throw new Error('There is no test in tests/web.');
await rm(to, { recursive: true, force: true });
await build({
  entryPoints: names.map((name) => path.join(from, name)),
  outdir: to,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node18',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  nodePaths: [path.join(web, 'node_modules')],
  plugins: [worldPlugin],
  logLevel: 'warning',
});
const files = names.map((name) => path.join(to, name.replace(/\.\w+$/, '.mjs')));
const child = spawn(process.execPath, ['--test', ...files], { stdio: 'inherit', cwd: root });
child.on('close', (code) => { process.exitCode = code ?? 1; });
