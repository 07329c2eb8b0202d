/** A request as a line for a shell. */

/** A string in single quotes, as a POSIX shell reads it. */
export function quoted(text) {
  return `'${String(text).replaceAll("'", "'\\''")}'`;
}

/** The path with an example of each `{parameter}`. */
function filled(operation) {
  const example = (name) => operation.parameters.find((one) => one.in === 'path' && one.name === name)?.example ?? name;
  return operation.path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(example(name)));
}

function query(operation) {
  const demanded = operation.parameters.filter((one) => one.in === 'query' && (one.required || one.example !== undefined));
  const pairs = demanded.map(({ name, example }) => [name, example ?? '…']);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

/** The `curl` line of an operation at this origin; `$token` is for the shell to fill in. */
export function curl(origin, operation) {
  const url = `${origin}${filled(operation)}${query(operation)}`;
  // What a shell takes as it is needs no quotes.
  const parts = [/^[\w:/.-]+$/.test(url) ? url : quoted(url)];
  const { method, body, who } = operation;
  const sends = body !== null && (body.required || body.example !== undefined);
  if (method !== (sends ? 'POST' : 'GET')) parts.unshift(`-X ${method}`);
  if (operation.answers.some(({ status }) => status.startsWith('3') && status !== '304')) parts.unshift('-L -o file');
  if (!who.open) parts.push('-H "Authorization: Bearer $token"');
  if (sends) parts.push(`-d ${quoted(JSON.stringify(body.example ?? {}))}`);
  return `curl ${parts.join(' \\\n  ')}`;
}
