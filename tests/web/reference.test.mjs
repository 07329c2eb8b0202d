import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curl, quoted } from '../../web/src/reference/curl.ts';
import { grouped, matches, operations, whoSays } from '../../web/src/reference/operations.ts';
import { blocks, spans } from '../../web/src/reference/prose.ts';
import { limits, outline } from '../../web/src/reference/schema.ts';

const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
const all = operations(api);
const find = (id) => all.find((one) => one.id === id);

test('every operation of the document is there, once, in a group', () => {
  const count = Object.values(api.paths).flatMap((item) => Object.keys(item)).length;
  assert.ok(count > 10);
  assert.equal(all.length, count);
  assert.equal(new Set(all.map(({ id }) => id)).size, count);
  assert.equal(grouped(all).flatMap(([, members]) => members).length, count);
});

test('who may call is said in words', () => {
  assert.equal(whoSays(find('createUser').who), 'Anyone.');
  assert.equal(whoSays(find('createAlbum').who), 'Whoever is signed in, by token or cookie, with the scope write.');
  assert.equal(whoSays({ open: true, by: ['link'], scope: null }), 'Anyone; who is signed in, by link.');
});

test('answers and problems are told apart, and problems have their types', () => {
  const { answers, problems } = find('createAlbum');
  assert.deepEqual(answers.map(({ status }) => status), ['201']);
  assert.ok(problems.some(({ status, type }) => status === '422' && type === '/problems/invalid'));
  assert.equal(new Set(problems.map(({ type }) => type)).size, problems.length);
});

test('the search takes words in any order, methods, paths, fields and problems', () => {
  const one = find('createAlbum');
  for (const query of ['', 'album make', 'post /v1/albums', 'title', '/problems/invalid']) assert.ok(matches(one, query), query);
  assert.ok(!matches(one, 'album lighthouse'));
});

test('every schema of the document can be drawn', () => {
  const walk = (node, depth = 0) => {
    assert.ok(node.type && !node.type.includes('undefined'), JSON.stringify(node));
    assert.ok(depth < 12, 'a type inside itself ends');
    return 1 + node.children.reduce((sum, child) => sum + walk(child, depth + 1), 0);
  };
  let nodes = 0;
  for (const { body, answers, parameters } of all) {
    for (const { schema } of [body ?? {}, ...answers, ...parameters]) if (schema) nodes += walk(outline(api, schema));
  }
  assert.ok(nodes > 200, `${nodes} nodes`);
});

test('a schema becomes a tree with types, limits and what is required', () => {
  const components = { schemas: {
    Node: { type: 'object', required: ['id'], properties: {
      id: { type: 'string', minLength: 1, maxLength: 200 },
      inside: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }], description: 'One more.' },
      kind: { type: 'string', enum: ['a', 'b'], 'x-enum-descriptions': ['First.', ''] },
      tags: { type: 'array', maxItems: 5, uniqueItems: true, items: { type: 'string', maxLength: 9 } },
      more: { type: 'object', additionalProperties: { type: 'integer' } },
    } },
  } };
  const root = outline({ components }, { $ref: '#/components/schemas/Node' });
  assert.equal(root.type, 'object');
  const [id, inside, kind, tags, more] = root.children;
  assert.deepEqual([id.required, id.type, id.limits], [true, 'string', ['1 to 200 characters']]);
  assert.deepEqual([inside.type, inside.required, inside.description, inside.children], ['Node or null', false, 'One more.', []]);
  assert.deepEqual([kind.type, kind.values], ['string', [{ value: 'a', description: 'First.' }, { value: 'b', description: '' }]]);
  assert.deepEqual([tags.type, tags.limits], ['list of string', ['at most 5 items', 'each once', 'each at most 9 characters']]);
  assert.equal(more.type, 'object of integer by name');
});

test('limits are said in few words', () => {
  assert.deepEqual(limits({ minimum: 1, maximum: 500, default: 100, format: 'uint16' }), ['1 to 500', '100 unless said']);
  assert.deepEqual(limits({ minimum: 0, format: 'uint64' }), []);
  assert.deepEqual(limits({ minLength: 64, maxLength: 64, pattern: '^a+$' }), ['64 characters', 'matches ^a+$']);
  assert.deepEqual(limits({ minLength: 0, pattern: '^[^\\u0000-\\u001f]*$' }), ['no control characters']);
  assert.deepEqual(limits({ type: 'string', format: 'date-time', default: null }), ['date-time']);
});

test('the line for a shell says method, address, token and body', () => {
  const line = curl('https://albumen.example', find('createAlbum'));
  assert.match(line, /^curl https:\/\/albumen\.example\/v1\/albums \\\n/);
  assert.match(line, /-H "Authorization: Bearer \$token"/);
  assert.match(line, /-d '\{.*\}'$/);
  const read = curl('', find('getAlbum'));
  assert.match(read, /\/v1\/albums\/album_[0-9a-z]{26} /);
  assert.doesNotMatch(read, /\{|-d|-X/);
  assert.match(curl('', find('deleteSession')), /-X DELETE/);
  assert.match(curl('', find('getOriginal')), /-L -o file/);
  assert.doesNotMatch(curl('', find('createUser')), /Authorization/);
});

test('a shell reads each line as it was meant', () => {
  for (const operation of all) {
    const script = `curl() { printf '%s\\0' "$@"; }\n${curl('http://localhost:8080', operation)}`;
    const said = execFileSync('sh', ['-c', script], { env: { ...process.env, token: 'a b' } }).toString().split('\0');
    if (!operation.who.open) assert.ok(said.includes('Authorization: Bearer a b'), operation.id);
    if (said.includes('-d')) assert.deepEqual(JSON.parse(said[said.indexOf('-d') + 1]), operation.body.example, operation.id);
  }
  assert.equal(execFileSync('sh', ['-c', `printf %s ${quoted("it's $HOME")}`]).toString(), "it's $HOME");
});

test('the little Markdown becomes data, and what looks like markup stays text', () => {
  assert.deepEqual(spans('a **b** `c` <i>'), [
    { kind: 'text', text: 'a ' }, { kind: 'strong', text: 'b' }, { kind: 'text', text: ' ' },
    { kind: 'code', text: 'c' }, { kind: 'text', text: ' <i>' },
  ]);
  assert.deepEqual(blocks('one\ntwo\n\n- three\n  four\n- five\n'), [
    { kind: 'p', spans: [{ kind: 'text', text: 'one two' }] },
    { kind: 'ul', items: [[{ kind: 'text', text: 'three four' }], [{ kind: 'text', text: 'five' }]] },
  ]);
  assert.deepEqual(blocks(''), []);
});
