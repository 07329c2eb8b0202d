// What `./dev bench web` installs, in target/bench/web.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const packages = createRequire(new URL('../../target/bench/web/package.json', import.meta.url));

/** Resolves with what a package exports. */
export async function load(name) {
  const module = await import(pathToFileURL(packages.resolve(name)).href);
  return module.default ?? module;
}
