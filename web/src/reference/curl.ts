/** A request as a line for a shell. */

import type { Operation } from './document';

/** A string in single quotes, as a POSIX shell reads it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The path with an example of each `{parameter}`. */
function filled({ path, parameters }: Operation): string {
  const inPath = parameters.filter((one) => one.in === 'path');
  const example = (name: string) => inPath.find((one) => one.name === name)?.example ?? name;
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(example(name)));
}

function query({ parameters }: Operation): string {
  const inQuery = parameters.filter((one) => one.in === 'query');
  const demanded = inQuery.filter((one) => one.required || one.example !== undefined);
  const pairs = demanded.map(({ name, example }) => [name, example ?? '…']);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

/** The `curl` line of an operation at this origin; `$token` is for the shell to fill in. */
export function curl(origin: string, operation: Operation): string {
  const url = `${origin}${filled(operation)}${query(operation)}`;
  // What a shell takes as it is needs no quotes.
  const parts = [/^[\w:/.-]+$/.test(url) ? url : quoted(url)];
  const { method, body, who } = operation;
  const sends = body !== null && (body.required || body.example !== undefined);
  if (method !== (sends ? 'POST' : 'GET')) parts.unshift(`-X ${method}`);
  const redirects = ({ status }: { status: string }) => status.startsWith('3') && status !== '304';
  if (operation.answers.some(redirects)) parts.unshift('-L -o file');
  if (!who.open) parts.push('-H "Authorization: Bearer $token"');
  if (sends) parts.push(`-d ${quoted(JSON.stringify(body.example ?? {}))}`);
  return `curl ${parts.join(' \\\n  ')}`;
}
