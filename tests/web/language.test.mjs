// Pages are loaded beside the language: a text that a module reads by itself may be one of another language.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

/** The values that modules have as soon as they are loaded, and functions up to their first line. */
const values = readdirSync('web/src', { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('i18n'))
  .flatMap((name) => {
    const source = readFileSync(`web/src/${name}`, 'utf8');
    return [...source.matchAll(/^(?:export )?(?:const|let) [^]*?;$/gm)].map(([value]) => ({ name, value }));
  });

test('no module reads a text before the language is known', () => {
  assert.ok(values.length > 150, 'found too little to check');
  const reading = values.filter(({ value }) => {
    const [atOnce] = value.split(/=>|\bfunction\b/);
    return /\btext\.\w|= text\b/.test(atOnce);
  });
  assert.deepEqual(reading, []);
});
