/** The reference: what the API's own document says, for people. In English, as the document is. */

import { signal } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { say } from '../core/live';
import { Mark } from '../parts/icons';
import { Notices } from '../parts/notices';
import { Failure } from '../parts/states';
import type { ApiDocument, Operation } from './document';
import { Badge, Path, Prose, Section } from './draw';
import { grouped, matches, operations } from './operations';

const root = document.getElementById('app')!;
/** The words that are searched for. */
const query = signal('');

async function load(): Promise<ApiDocument> {
  const response = await fetch('/openapi.json');
  if (response.ok) return response.json();
  throw new Error(`The document could not be read: the server answered ${response.status}.`);
}

type Groups = [string, Operation[]][];

function Reference({ description }: { description: ApiDocument }) {
  const groups = grouped(operations(description));
  const found = new Set<string>();
  for (const [, all] of groups) {
    for (const operation of all) if (matches(operation, query.value)) found.add(operation.id);
  }
  useEffect(() => {
    if (query.value) say(found.size === 1 ? '1 operation' : `${found.size} operations`);
  }, [query.value]);
  useEffect(() => {
    arrive();
    addEventListener('hashchange', arrive);
  }, []);
  return (
    <div class="reference">
      <nav class="side" aria-label="Operations">
        <SearchBox /><Contents groups={groups} found={found} />
      </nav>
      <div class="operations">
        <h1 tabIndex={-1}>{description.info.title} API</h1>
        <div class="about">
          <Prose text={description.info.description ?? ''} />
          <p>The same, for programs: <a href="/openapi.json">openapi.json</a>, OpenAPI 3.1.</p>
        </div>
        <p class="nothing" hidden={found.size > 0}>No operation has all of these words.</p>
        {groups.map(([name, all]) => (
          <div class="group" key={name} hidden={!all.some(({ id }) => found.has(id))}>
            <h2 id={`group-${name}`}>{name}</h2>
            {all.map((operation) => (
              <Section key={operation.id} document={description} operation={operation}
                hidden={!found.has(operation.id)} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Contents({ groups, found }: { groups: Groups; found: Set<string> }) {
  const wide = matchMedia('(min-width: 900px)').matches;
  return (
    <details class="contents" open={wide}>
      <summary>Contents</summary>
      <ul class="contents-list">
        {groups.map(([name, all]) => (
          <li key={name} hidden={!all.some(({ id }) => found.has(id))}>
            <a class="group-link" href={`#group-${name}`}>{name}</a>
            <ul>
              {all.map(({ id, method, path, summary }) => (
                <li key={id} hidden={!found.has(id)}>
                  <a href={`#${id}`} title={summary}><Badge method={method} /> <Path path={path} /></a>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The box that leaves only the operations with all of its words. */
function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    addEventListener('keydown', (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const typing = target?.closest('input, textarea, [contenteditable]');
      const alone = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key !== '/' || typing || !alone) return;
      event.preventDefault();
      input.current?.focus();
    });
  }, []);
  return (
    <search>
      <label class="unseen" for="search">Search the operations</label>
      <input class="input" type="search" id="search" autocomplete="off" spellcheck={false}
        autocapitalize="none" placeholder="Search: GET albums, quota…" aria-keyshortcuts="/" ref={input}
        value={query.value} onInput={(event) => { query.value = event.currentTarget.value; }} />
    </search>
  );
}

/** To the operation that the address names: not there at first, or not found by a search. */
function arrive() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name ? document.getElementById(name) : null;
  if (!target) return;
  if (target.closest('[hidden]')) query.value = '';
  requestAnimationFrame(() => {
    target.scrollIntoView();
    target.querySelector<HTMLElement>('.op-title')?.focus({ preventScroll: true });
  });
}

async function start() {
  let content;
  try {
    content = <Reference description={await load()} />;
  } catch (error) {
    content = <Failure error={error} retry={start} />;
  }
  render(
    <>
      <a class="skip" href="#main">Skip to content</a>
      <header class="header">
        <a class="brand" href="/"><Mark /><span>Albumen</span></a>
      </header>
      <main class="main" id="main" tabIndex={-1}>{content}</main>
      <Notices />
    </>,
    root,
  );
}

root.replaceChildren();
start();
