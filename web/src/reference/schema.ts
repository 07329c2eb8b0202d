/** JSON Schemas of the API's document, as trees that people can read. */

import type { ApiDocument, Node, Schema } from './document';

const PREFIX = '#/components/schemas/';

/** What a schema refers to: `{ schema, names }`, where `names` are those gone through. */
function follow(
  document: ApiDocument,
  schema: Schema | null | undefined,
  names: string[] = [],
): { schema: Schema; names: string[] } {
  const reference = schema?.['$ref'];
  if (!schema || !reference?.startsWith(PREFIX)) return { schema: schema ?? {}, names };
  const name = reference.slice(PREFIX.length);
  const { $ref: _, ...beside } = schema;
  // What stands beside a reference says more than what stands behind it.
  const behind = document.components?.schemas?.[name] ?? {};
  return follow(document, { ...behind, ...beside }, [...names, name]);
}

/** Takes `null` out of a schema: `{ schema, nullable }`. */
function withoutNull(schema: Schema): { schema: Schema; nullable: boolean } {
  const kinds: string[] = [schema.type ?? []].flat();
  if (kinds.includes('null')) {
    const others = kinds.filter((kind) => kind !== 'null');
    return { schema: { ...schema, type: others.length === 1 ? others[0] : others }, nullable: true };
  }
  const isNull = ({ type }: Schema) => type === 'null';
  const word = ['anyOf', 'oneOf'].find((one) => schema[one]?.some(isNull));
  if (!word) return { schema, nullable: false };
  const { [word]: choices, ...beside } = schema;
  const others = choices.filter((one: Schema) => !isNull(one));
  const only = others.length === 1;
  return { schema: only ? { ...others[0], ...beside } : { ...beside, [word]: others }, nullable: true };
}

/** The values that a schema lists, if it is a list of values: `[{ value, description }]`. */
function valuesOf(schema: Schema): Node['values'] {
  if (schema.enum) {
    const about = schema['x-enum-descriptions'] ?? [];
    const all: Node['values'] = schema.enum.map((value: unknown, index: number) => (
      { value, description: about[index] ?? '' }));
    return all.filter(({ value }) => value !== null);
  }
  if ('const' in schema) return [{ value: schema.const, description: '' }];
  const choices: Schema[] = schema.oneOf ?? schema.anyOf ?? [];
  const listed = choices.flatMap((way) => {
    if ('const' in way) return [{ value: way.const, description: way.description ?? '' }];
    return (way.enum ?? []).map((value: unknown) => ({ value, description: '' }));
  });
  return choices.length > 0 && choices.every((way) => 'const' in way || way.enum) ? listed : [];
}

function between(least: number | undefined, most: number | undefined, what: string): string[] {
  const [low, high] = [least, most].map((value) => value?.toLocaleString('en'));
  const unit = what && ` ${what}`;
  if (!least) return high === undefined ? [] : [`at most ${high}${unit}`];
  if (high === undefined) return [`at least ${low}${unit}`];
  return [low === high ? `${low}${unit}` : `${low} to ${high}${unit}`];
}

/** The pattern itself, but for the one of all texts, which is long and says little. */
function patternSays(pattern: string): string {
  return pattern.startsWith('^[^\\u0000') ? 'no control characters' : `matches ${pattern}`;
}

/** The limits of a schema, each in a few words. */
export function limits(schema: Schema): string[] {
  const usual = schema.default;
  return [
    ...between(schema.minLength, schema.maxLength, 'characters'),
    ...between(schema.minimum, schema.maximum, ''),
    ...between(schema.minItems, schema.maxItems, 'items'),
    ...(schema.uniqueItems ? ['each once'] : []),
    // Sizes of integers say no more than their limits do.
    ...(schema.format && !/^u?int\d+$|^double$|^float$/.test(schema.format) ? [schema.format] : []),
    ...(schema.pattern ? [patternSays(schema.pattern)] : []),
    ...(usual !== undefined && usual !== null ? [`${JSON.stringify(usual)} unless said`] : []),
  ];
}

const plain = { name: '', required: false };

/** A schema as a tree. A type that is inside itself is named and not gone into again. */
export function outline(
  document: ApiDocument,
  given: Schema | null | undefined,
  { name, required }: Pick<Node, 'name' | 'required'> = plain,
  within: string[] = [],
): Node {
  const first = follow(document, given);
  const { schema: rest, nullable } = withoutNull(first.schema);
  const second = follow(document, rest);
  const schema = second.schema;
  const names = [...first.names, ...second.names];
  const inside = [...within, ...names];
  const node: Node = {
    name, required, limits: limits(schema), values: valuesOf(schema),
    description: schema.description ?? '', type: 'any', children: [],
  };
  if (!names.some((one) => within.includes(one))) Object.assign(node, shape(document, schema, inside));
  else node.type = names.at(-1) ?? 'any';
  if (nullable) node.type = `${node.type} or null`;
  return node;
}

/** What is in a schema: its type and its parts. */
function shape(document: ApiDocument, schema: Schema, within: string[]): Partial<Node> {
  if (schema.items) {
    const item = outline(document, schema.items, plain, within);
    const limit = item.limits.map((one) => `each ${one}`);
    const { values, children } = item;
    const all = [...limits(schema), ...limit];
    return { type: `list of ${item.type}`, children, ...(values.length > 0 && { values }), limits: all };
  }
  if (schema.properties) return { type: 'object', children: properties(document, schema, within) };
  if (typeof schema.additionalProperties === 'object') {
    const value = outline(document, schema.additionalProperties, plain, within);
    return { type: `object of ${value.type} by name`, children: value.children };
  }
  return ways(document, schema, within) ?? { type: typeOf(schema) };
}

function properties(document: ApiDocument, schema: Schema, within: string[]): Node[] {
  const demanded = new Set<string>(schema.required ?? []);
  const all: [string, Schema][] = Object.entries(schema.properties);
  return all.map(([name, property]) =>
    outline(document, property, { name, required: demanded.has(name) }, within));
}

/** One of several schemas, or all of several together. */
function ways(document: ApiDocument, schema: Schema, within: string[]): Partial<Node> | null {
  if (schema.allOf) {
    const all: Node[] = schema.allOf.map((one: Schema) => outline(document, one, plain, within));
    return { type: all[0]?.type ?? 'any', children: all.flatMap(({ children }) => children) };
  }
  const several: Schema[] | undefined = schema.oneOf ?? schema.anyOf;
  if (!several || valuesOf(schema).length > 0) return null;
  const children = several.map((one, index) =>
    outline(document, one, { name: `way ${index + 1}`, required: false }, within));
  return { type: 'one of', children };
}

function typeOf(schema: Schema): string {
  if (schema.type) return [schema.type].flat().join(' or ');
  const [first] = valuesOf(schema);
  return first ? typeof first.value : 'any';
}
