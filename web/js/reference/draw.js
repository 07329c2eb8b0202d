/** Draws operations and schemas. */

import { h } from '../h.js';
import { notice, say } from '../live.js';
import { curl } from './curl.js';
import { whoSays } from './operations.js';
import { blocks, spans } from './prose.js';
import { outline } from './schema.js';

const WRAP = { strong: 'strong', code: 'code' };

/** A line of the document, with its bold words and its code. */
export function line(text) {
  return drawn(spans(text));
}

function drawn(parts) {
  return parts.map(({ kind, text }) => (WRAP[kind] ? h(WRAP[kind], null, text) : text));
}

/** Paragraphs and lists of the document. */
export function prose(text) {
  return blocks(text).map((block) => (block.kind === 'p' ? h('p', null, drawn(block.spans))
    : h('ul', { class: 'points' }, block.items.map((item) => h('li', null, drawn(item))))));
}

/** The badge of a method. */
export function badge(method) {
  return h('span', { class: 'method', dataset: { method } }, method);
}

/** A path whose parts may break over lines, with its parameters set off. */
export function pathOf(path) {
  const parts = path.split(/(?=\/)/).flatMap((name) => [h('wbr'), name.includes('{') ? h('em', null, name) : name]);
  return h('code', { class: 'op-path' }, parts);
}

/** The section of one operation. */
export function section(document, operation) {
  const { id, method, path, summary, description, who, parameters, body } = operation;
  const title = `${id}-title`;
  return h('section', { class: 'op', id, 'aria-labelledby': title },
    h('h3', { class: 'op-title', id: title, tabindex: '-1' },
      h('a', { href: `#${id}` }, badge(method), ' ', pathOf(path))),
    h('p', { class: 'op-summary' }, line(summary)),
    description && h('div', { class: 'op-about' }, prose(description)),
    h('p', { class: 'op-who' }, h('span', { class: 'op-word' }, 'Who may call'), ' ', whoSays(who)),
    ['path', 'query', 'header'].map((place) => parametersIn(document, parameters, place)),
    body && part(body.required ? 'Body' : 'Body, if any', tree([outline(document, body.schema)])),
    example('Request', curl(location.origin, operation), true),
    part('Answers', h('ul', { class: 'answers' }, operation.answers.map((one) => answer(document, one)))),
    problemTable(operation.problems));
}

function part(title, ...content) {
  return h('div', { class: 'op-part' }, h('h4', null, title), content);
}

const PLACES = { path: 'In the path', query: 'In the query', header: 'Headers' };

function parametersIn(document, parameters, place) {
  const here = parameters.filter((one) => one.in === place);
  if (here.length === 0) return null;
  const nodes = here.map(({ name, required, description, schema }) => {
    const node = outline(document, schema, { name, required: required === true });
    return { ...node, description: description ?? node.description };
  });
  return part(PLACES[place], h('ul', { class: 'tree' }, nodes.map(leaf)));
}

/** A schema without a name of its own: its parts, or itself where it has none. */
function tree(nodes) {
  const [only] = nodes;
  const shown = nodes.length === 1 && !only.name && only.children.length > 0 ? only.children : nodes;
  const about = shown !== nodes && only.description;
  return [about && h('p', { class: 'tree-about' }, line(about)), h('ul', { class: 'tree' }, shown.map(leaf))];
}

function leaf(node) {
  const { name, type, required, limits, values, description, children } = node;
  return h('li', null,
    h('p', { class: 'tree-line' },
      name && [h('code', { class: 'tree-name' }, name), ' '],
      h('span', { class: 'tree-type' }, type),
      required && [' ', h('span', { class: 'tree-required' }, 'required')],
      limits.map((limit) => [' ', h('span', { class: 'tree-limit' }, limit)])),
    description && h('p', { class: 'tree-about' }, line(description)),
    values.length > 0 && h('ul', { class: 'tree-values' }, values.map((one) =>
      h('li', null, h('code', null, JSON.stringify(one.value)), one.description && [' ', line(one.description)]))),
    children.length > 0 && h('ul', { class: 'tree' }, children.map(leaf)));
}

function answer(document, { status, description, type, headers, schema, example: shown }) {
  const about = [h('strong', null, status), ' ', line(description)];
  if (headers.length === 0 && !schema) return h('li', { class: 'answer' }, about);
  return h('li', { class: 'answer' }, h('details', null,
    h('summary', null, about, type && h('span', { class: 'tree-type' }, ` ${type}`)),
    headers.length > 0 && h('ul', { class: 'tree' }, headers.map((header) => h('li', null,
      h('p', { class: 'tree-line' }, h('code', { class: 'tree-name' }, header.name)),
      h('p', { class: 'tree-about' }, line(header.description))))),
    schema && tree([outline(document, schema)]),
    shown !== undefined && example('Example', JSON.stringify(shown, null, 2), false)));
}

function problemTable(problems) {
  if (problems.length === 0) return null;
  const rows = problems.map(({ status, type, title }) => h('tr', null,
    h('td', null, status), h('td', null, h('code', null, type)), h('td', null, title)));
  return h('details', { class: 'op-part problems' },
    h('summary', null, h('h4', null, `Problems (${problems.length})`)),
    h('table', null,
      h('thead', null, h('tr', null, ['Status', 'Type', 'What it means'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', null, rows)));
}

/** Text to look at and to copy. */
function example(title, text, copies) {
  return h('figure', { class: 'example' },
    h('figcaption', null, h('h4', null, title),
      copies && h('button', { class: 'button is-small', type: 'button', onclick: () => copy(text) }, 'Copy')),
    // Wide lines are read by scrolling, with keys too.
    h('pre', { tabindex: '0', 'aria-label': title }, h('code', null, text)));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied');
  } catch {
    notice('The browser did not allow copying. Select the text instead.');
  }
}
