/** The operations of the API's document, as the page shows them. */

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const JSON_TYPE = 'application/json';
const PROBLEM = 'application/problem+json';

/** All operations, by path and then by method. */
export function operations(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => describe(method, path, item[method])));
}

function describe(method, path, operation) {
  const responses = Object.entries(operation.responses ?? {});
  const body = operation.requestBody?.content?.[JSON_TYPE];
  return {
    id: operation.operationId ?? `${method}-${path}`,
    group: operation.tags?.[0] ?? 'others',
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? '',
    description: operation.description ?? '',
    who: who(operation),
    parameters: operation.parameters ?? [],
    body: body ? { ...body, required: operation.requestBody.required === true } : null,
    answers: responses.filter(([, response]) => !response.content?.[PROBLEM]).map(answer),
    problems: responses.flatMap(([status, response]) => problems(status, response.content?.[PROBLEM])),
  };
}

/** Who may call: `{ open, by, scope }`, where `by` names ways of saying who one is. */
function who(operation) {
  const ways = operation.security ?? [];
  const by = ways.flatMap((way) => Object.keys(way));
  return { open: ways.length === 0 || ways.some((way) => Object.keys(way).length === 0), by, scope: operation['x-scope'] ?? null };
}

function answer([status, response]) {
  const [type, media] = Object.entries(response.content ?? {})[0] ?? [null, {}];
  const headers = Object.entries(response.headers ?? {})
    .map(([name, header]) => ({ name, description: header.description ?? '' }));
  return { status, description: response.description ?? '', type, headers, schema: media.schema ?? null, example: media.example };
}

/** The problems of one status, each with its type. */
function problems(status, media) {
  const examples = Object.values(media?.examples ?? {}).map(({ value }) => value);
  return examples.map(({ type, title }) => ({ status, type, title }));
}

/** The sentence about who may call. */
export function whoSays({ open, by, scope }) {
  if (open) return by.length ? `Anyone; who is signed in, by ${by.join(' or ')}.` : 'Anyone.';
  const means = `Whoever is signed in, by ${by.join(' or ')}`;
  return scope ? `${means}, with the scope ${scope}.` : `${means}.`;
}

/** Operations by group, in the order of the alphabet: `[[group, operations]]`. */
export function grouped(all) {
  const groups = new Map();
  for (const operation of all) groups.set(operation.group, [...(groups.get(operation.group) ?? []), operation]);
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
}

/**
 * Whether an operation has every word of a query, wherever it says it. A query that begins like a
 * request, `GET /v1/albums`, is words too.
 */
export function matches(operation, query) {
  const names = operation.parameters.map(({ name }) => name);
  const fields = Object.keys(operation.body?.schema?.properties ?? {});
  const types = operation.problems.map(({ type }) => type);
  const { id, group, method, path, summary, description } = operation;
  const text = [id, group, method, path, summary, description, ...names, ...fields, ...types].join(' ').toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
