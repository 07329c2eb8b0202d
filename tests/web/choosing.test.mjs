import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLanguage } from '../../web/src/i18n/index.ts';
import { addSheet, Band, touchedBoxes } from '../../web/src/photos/band.ts';
import { Selection } from '../../web/src/photos/selection.ts';

const order = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const chosen = (selection) => [...selection.chosen.value].sort().join('');

test('photos are chosen one by one, and no longer', () => {
  const selection = new Selection();
  selection.toggle('b');
  selection.toggle('d');
  selection.toggle('b');
  assert.equal(chosen(selection), 'd');
  assert.equal(selection.active.value, true);
  selection.clear();
  assert.equal(selection.active.value, false);
});

test('a range goes from the photo that was touched last, in either direction', () => {
  const selection = new Selection();
  selection.toggle('c');
  selection.extend('a', order);
  assert.equal(chosen(selection), 'abc');
  selection.toggle('b');
  selection.extend('d', order);
  assert.equal(chosen(selection), 'abcd');
});

test('a range without a beginning is one photo', () => {
  const selection = new Selection();
  selection.extend('c', order);
  assert.equal(chosen(selection), 'c');
});

test('the language is the one that was chosen, else the first of the browser that there is', () => {
  assert.equal(chooseLanguage('zh-TW', ['en-GB']), 'zh-TW');
  assert.equal(chooseLanguage(null, ['zh-Hant-HK', 'en']), 'zh-TW');
  assert.equal(chooseLanguage(null, ['de', 'en-US', 'zh']), 'en');
  assert.equal(chooseLanguage('xx', ['fr']), 'en');
});

const box = (left, top) => ({ left, top, width: 10, height: 10 });
const boxes = [box(0, 0), box(12, 0), box(0, 12), box(12, 12)];

/** A sheet of these photos, which begins so far down the page. */
const sheetAt = (ids, down) => ({ left, right, top, bottom }) =>
  touchedBoxes(boxes, { left, right, top: top - down, bottom: bottom - down }).map((index) => ids[index]);

test('a rectangle chooses what it touches, and lets go of what it leaves', () => {
  const selection = new Selection();
  addSheet(selection, sheetAt('abcd', 0));
  const band = new Band(selection, { x: 15, y: 15 }, false);
  band.reach({ x: 5, y: 16 });
  assert.equal(chosen(selection), 'cd');
  band.reach({ x: 14, y: 16 });
  assert.equal(chosen(selection), 'd');
  band.reach({ x: 30, y: 5 });
  assert.equal(chosen(selection), 'bd');
});

test('a rectangle reaches over sheets, and keeps what was scrolled away', () => {
  const selection = new Selection();
  const leave = addSheet(selection, sheetAt('abcd', 0));
  addSheet(selection, sheetAt('efgh', 100));
  const band = new Band(selection, { x: 0, y: 15 }, false);
  band.reach({ x: 5, y: 105 });
  assert.equal(chosen(selection), 'ce');
  leave();
  band.reach({ x: 5, y: 115 });
  assert.equal(chosen(selection), 'ceg');
});

test('what was chosen before stays if it is asked to, and comes back if the rectangle is taken back', () => {
  const selection = new Selection();
  selection.toggle('a');
  addSheet(selection, sheetAt('abcd', 0));
  new Band(selection, { x: 13, y: 13 }, true).reach({ x: 20, y: 20 });
  assert.equal(chosen(selection), 'ad');
  const band = new Band(selection, { x: 13, y: 1 }, true);
  band.reach({ x: 14, y: 2 });
  assert.equal(chosen(selection), 'abd');
  band.cancel();
  assert.equal(chosen(selection), 'ad');
});
