/** The reference: what the API's own document says, for people. */

import { h, fill } from '../h.js';
import { failure } from '../forms.js';
import { mark } from '../icons.js';
import { say } from '../live.js';
import { badge, pathOf, prose, section } from './draw.js';
import { grouped, matches, operations } from './operations.js';

const main = document.getElementById('main');
/** Empties the search. */
let showAll = () => {};

async function load() {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`The document could not be read: the server answered ${response.status}.`);
  return response.json();
}

/** One operation on the page: its section and its line in the contents. */
function entry(description, operation) {
  const { id, method, path, summary } = operation;
  const link = h('a', { href: `#${id}`, title: summary }, badge(method), ' ', pathOf(path));
  return { operation, section: section(description, operation), line: h('li', null, link) };
}

function draw(description) {
  const groups = grouped(operations(description)).map(([name, all]) => {
    const entries = all.map((operation) => entry(description, operation));
    return {
      entries,
      sections: h('div', { class: 'group' }, h('h2', { id: `group-${name}` }, name), entries.map((one) => one.section)),
      lines: h('li', null, h('a', { class: 'group-link', href: `#group-${name}` }, name),
        h('ul', null, entries.map(({ line }) => line))),
    };
  });
  const nothing = h('p', { class: 'nothing', hidden: true }, 'No operation has all of these words.');
  const contents = h('details', { class: 'contents', open: matchMedia('(min-width: 900px)').matches },
    h('summary', null, 'Contents'), h('ul', { class: 'contents-list' }, groups.map(({ lines }) => lines)));
  fill(main, h('div', { class: 'reference' },
    h('nav', { class: 'side', 'aria-label': 'Operations' }, search(groups, nothing), contents),
    h('div', { class: 'operations' },
      h('h1', { tabindex: '-1' }, `${description.info.title} API`),
      h('div', { class: 'about' }, prose(description.info.description ?? ''),
        h('p', null, 'The same, for programs: ', h('a', { href: '/openapi.json' }, 'openapi.json'), ', OpenAPI 3.1.')),
      nothing, groups.map(({ sections }) => sections))));
}

/** The box that leaves only the operations with all of its words. */
function search(groups, nothing) {
  const input = h('input', {
    class: 'input', type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none',
    placeholder: 'Search: GET albums, quota…', 'aria-keyshortcuts': '/', oninput: () => filter(groups, nothing, input.value),
  });
  showAll = () => {
    input.value = '';
    filter(groups, nothing, '');
  };
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element
      && event.target.closest('input, textarea, [contenteditable]');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
  return h('search', null, h('label', { class: 'unseen', for: 'search' }, 'Search the operations'), input);
}

function filter(groups, nothing, query) {
  let count = 0;
  for (const { entries, sections, lines } of groups) {
    const found = entries.filter((one) => {
      const hit = matches(one.operation, query);
      one.section.hidden = !hit;
      one.line.hidden = !hit;
      return hit;
    });
    sections.hidden = found.length === 0;
    lines.hidden = found.length === 0;
    count += found.length;
  }
  nothing.hidden = count > 0;
  say(count === 1 ? '1 operation' : `${count} operations`);
}

/** To the operation that the address names: not there when the page began, or not found by a search. */
function arrive() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest('[hidden]')) showAll();
  target.scrollIntoView();
  /** @type {HTMLElement | null} */ (target.querySelector('.op-title'))?.focus({ preventScroll: true });
}

async function start() {
  try {
    draw(await load());
    arrive();
  } catch (error) {
    fill(main, failure(error, start));
  }
}

fill(document.getElementById('header'),
  h('a', { class: 'brand', href: '/' }, mark(), h('span', null, 'Albumen')));
addEventListener('hashchange', arrive);
start();
