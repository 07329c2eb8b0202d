/** The operations of the API's document, as the page shows them. */

import type {
  Answer, ApiDocument, Media, Operation, ProblemLine, RawOperation, Response, Who,
} from './document';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const JSON_TYPE = 'application/json';
const PROBLEM = 'application/problem+json';

/** All operations, by path and then by method. */
export function operations(document: ApiDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [describe(method, path, operation)] : [];
    }));
}

function describe(method: string, path: string, operation: RawOperation): Operation {
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
    body: body ? { ...body, required: operation.requestBody?.required === true } : null,
    answers: responses.filter(([, response]) => !response.content?.[PROBLEM]).map(answer),
    problems: responses.flatMap(([status, response]) => problems(status, response.content?.[PROBLEM])),
  };
}

/** The callers of an operation. */
function who(operation: RawOperation): Who {
  const ways = operation.security ?? [];
  const by = ways.flatMap((way) => Object.keys(way));
  const open = ways.length === 0 || ways.some((way) => Object.keys(way).length === 0);
  return { open, by, scope: operation['x-scope'] ?? null };
}

function answer([status, response]: [string, Response]): Answer {
  const content: [string | null, Media][] = Object.entries(response.content ?? {});
  const [type, media] = content[0] ?? [null, {}];
  const headers = Object.entries(response.headers ?? {})
    .map(([name, header]) => ({ name, description: header.description ?? '' }));
  const description = response.description ?? '';
  return { status, description, type, headers, schema: media.schema ?? null, example: media.example };
}

/** The problems of one status, each with its type. */
function problems(status: string, media: Media | undefined): ProblemLine[] {
  const examples = Object.values(media?.examples ?? {}).map(({ value }) => value);
  return examples.map(({ type, title }) => ({ status, type, title }));
}

/** The sentence about who may call. */
export function whoSays({ open, by, scope }: Who): string {
  if (open) return by.length ? `Anyone; who is signed in, by ${by.join(' or ')}.` : 'Anyone.';
  const means = `Whoever is signed in, by ${by.join(' or ')}`;
  return scope ? `${means}, with the scope ${scope}.` : `${means}.`;
}

/** Operations by group, in the order of the alphabet. */
export function grouped(all: Operation[]): [string, Operation[]][] {
  const groups = new Map<string, Operation[]>();
  for (const operation of all) {
    groups.set(operation.group, [...(groups.get(operation.group) ?? []), operation]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
}

/**
 * Tells that an operation has every word of a query, wherever it says it. A query that begins like a
 * request, `GET /v1/albums`, is words too.
 */
export function matches(operation: Operation, query: string): boolean {
  const names = operation.parameters.map(({ name }) => name);
  const fields = Object.keys(operation.body?.schema?.properties ?? {});
  const types = operation.problems.map(({ type }) => type);
  const { id, group, method, path, summary, description } = operation;
  const words = [id, group, method, path, summary, description, ...names, ...fields, ...types];
  const text = words.join(' ').toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
