/** The API's document, as far as the reference reads it. */

/** A JSON Schema. Its words are many, and a later version of the API may use others. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Schema = Record<string, any>;

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value: { type: string; title: string } }>;
}

interface Header {
  description?: string;
}

export interface Response {
  description?: string;
  content?: Record<string, Media>;
  headers?: Record<string, Header>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: string;
  schema?: Schema;
}

export interface RawOperation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: Record<string, unknown>[];
  'x-scope'?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Record<string, Media> };
  responses?: Record<string, Response>;
}

export interface ApiDocument {
  info: { title: string; description?: string };
  paths?: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** The callers of an operation: `by` names the ways of saying who one is. */
export interface Who {
  open: boolean;
  by: string[];
  scope: string | null;
}

export interface Answer {
  status: string;
  description: string;
  type: string | null;
  headers: { name: string; description: string }[];
  schema: Schema | null;
  example?: unknown;
}

export interface ProblemLine {
  status: string;
  type: string;
  title: string;
}

/** An operation as the page shows it. */
export interface Operation {
  id: string;
  group: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  who: Who;
  parameters: Parameter[];
  body: (Media & { required: boolean }) | null;
  answers: Answer[];
  problems: ProblemLine[];
}

/** A schema as a tree that people can read. */
export interface Node {
  name: string;
  required: boolean;
  type: string;
  limits: string[];
  values: { value: unknown; description: string }[];
  description: string;
  children: Node[];
}
