import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
const page = readFileSync('docs/gallery.md', 'utf8');

/** All operations of the API: `{ id, call }`, where `call` is how the sources write it. */
const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  Object.entries(item).filter(([, operation]) => operation.operationId).map(([method, operation]) => (
    { id: operation.operationId, path, call: `api.${method.toUpperCase()}('${path}'` })));

/** The table: the page of each operation. */
const table = new Map([...page.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, id, where]) => [id, where]));

/** Everything that the page is made of, as one text. */
const sources = readdirSync('web/src', { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('i18n'))
  .map((name) => readFileSync(`web/src/${name}`, 'utf8')).join('\n');

test('every operation has its line in the table, and no other has', () => {
  assert.ok(operations.length > 50, 'found too little to check');
  assert.deepEqual([...table.keys()].sort(), operations.map(({ id }) => id).sort());
});

test('an operation is called exactly when the table says where', () => {
  // Originals are links; the reference fetches the document; some are known by another operation.
  const byLink = new Set(['getOriginal', 'getSharedOriginal', 'getOpenapi']);
  for (const { id, call } of operations) {
    const where = table.get(id);
    const expected = !/^(not there|as )/.test(where) && !byLink.has(id);
    assert.equal(sources.includes(call), expected, `${id}: ${where}`);
  }
});
