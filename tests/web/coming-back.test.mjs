// The month that somebody sees in a timeline that is higher than what browsers make of it.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { FakeElement, goTo, resizeWindow, scrollWindow, settled, view } from './fake-document.mjs';

/** Twenty years of two thousand photos a month, newest first. */
const MONTHS = Array.from({ length: 240 }, (_, index) => {
  const month = String(12 - (index % 12)).padStart(2, '0');
  return { month: `${2026 - Math.floor(index / 12)}-${month}`, photos: 2000 };
});

/** The months of which photos were asked for. They never come: no more is drawn than headings. */
let asked = [];
globalThis.fetch = async ({ url }) => {
  if (url.includes('/buckets')) return new Response(JSON.stringify({ items: MONTHS }));
  asked.push(/timeline\/([\d-]+)/.exec(url)[1]);
  return new Promise(() => {});
};

const { h, render } = await import('preact');
const { PhotosPage } = await import('../../web/src/pages/photos/page.tsx');
const { startRouter } = await import('../../web/src/shell.ts');
startRouter();

const root = new FakeElement('div');
const find = (className) => root.all.filter((element) => element.has(className));
view.end = () => Number.parseFloat(find('months')[0]?.style.height ?? '0');

async function open() {
  render(h(PhotosPage), root);
  await settled();
}

async function leave() {
  await goTo('#/me');
  render(null, root);
}

/** The month at the top of the window, and how far below its beginning that is. */
function shown() {
  const box = find('months')[0].getBoundingClientRect().top;
  const spots = find('month').map((section) => {
    const top = Number.parseFloat(section.style.transform.slice('translateY('.length));
    return { month: section.get('aria-label'), below: -box - top };
  });
  return spots.filter(({ below }) => below > -1).at(-1);
}

function assertSame(spot, { month, below }) {
  assert.equal(spot.month, month);
  assert.ok(Math.abs(spot.below - below) <= 1, `${spot.below} instead of ${below} pixels below`);
}

beforeEach(async () => {
  view.width = 1000;
  view.scrolled = 0;
  render(null, root);
  await goTo('#/photos');
  asked = [];
});

test('whoever comes back to a long timeline sees the month that they left', async () => {
  await open();
  await scrollWindow(3_950_000);
  await scrollWindow(3_500_000);
  const before = shown();
  assert.match(before.month, /20(1\d|2[0-4])/, 'it is far from the beginning');
  await leave();
  view.scrolled = 0;
  await goTo('#/photos');
  asked = [];
  await open();
  assertSame(shown(), before);
  assert.ok(!asked.includes('2026-12'), `nothing is asked for on the way: ${asked}`);
});

test('the month that the address names is shown, also where another was left', async () => {
  await open();
  await scrollWindow(2_000_000);
  await leave();
  await goTo('#/photos?month=2009-07');
  asked = [];
  await open();
  assertSame(shown(), { month: 'July 2009', below: 0 });
  assert.ok(asked.length > 0 && asked.every((month) => month <= '2009-07'), `${asked}`);
  await goTo('#/photos?month=2020-02');
  assertSame(shown(), { month: 'February 2020', below: 0 });
});

test('in a window of another width the month stays', async () => {
  await goTo('#/photos?month=2010-03');
  await open();
  await scrollWindow(view.scrolled + 1000);
  assertSame(shown(), { month: 'March 2010', below: 1000 });
  for (const width of [360, 1600, 700, 1000]) {
    await resizeWindow(width);
    assertSame(shown(), { month: 'March 2010', below: 1000 });
  }
});
