// A timeline of a million photos, on a phone of a slow processor: a month far back, and a long scroll.
import { pause, PHONE, SLOWER } from './visit.mjs';

/** How far back somebody goes, in months. */
const BACK = 118;
/** Photos that are scrolled past. */
const PAST = 10_000;
/** Pixels of a frame, of a screen of 823: as fast as a hard flick. */
const STEP = 165;

export const TIMELINE = [
  { name: 'requests of a month ten years back', of: 'requests', unit: '', scale: 1, most: 1 },
  { name: 'that month is drawn after', of: 'drawn', unit: 'ms', scale: 1, most: 500 },
  { name: 'longest frame of 10,000 photos', of: 'longest', unit: 'ms', scale: 1, most: 50 },
  { name: 'frames of more than 50 ms, of a hundred', of: 'late', unit: '%', scale: 1 },
  { name: 'more on the heap after 10,000 photos', of: 'heap', unit: 'MB', scale: 1_000_000, most: 20 },
];

/** Resolves with the milliseconds until a photo of a month is in view, once the month is the address's. */
const GO_BACK = (month) => `new Promise((resolve) => {
  performance.clearResourceTimings();
  const start = performance.now();
  location.hash = '#/photos?month=${month}';
  const isInView = (tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  };
  const look = () => {
    if ([...document.querySelectorAll('.tile')].some(isInView) && scrollY > innerHeight) resolve(performance.now() - start);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

const REQUESTS = `performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.startsWith('/v1/')).length`;

/** Scrolls past photos, from a month of so many; resolves with what the frames took. */
const SCROLL = (photos) => `(async () => {
  const month = [...document.querySelectorAll('.month')].find((one) => one.getBoundingClientRect().bottom > 1);
  const steps = month.offsetHeight * ${PAST} / ${photos} / ${STEP};
  const frame = () => new Promise(requestAnimationFrame);
  const frames = [];
  let before = await frame();
  for (let step = 0; step < steps; step += 1) {
    scrollBy(0, ${STEP});
    const now = await frame();
    frames.push(now - before);
    before = now;
  }
  const late = frames.filter((took) => took > 50).length;
  return { longest: Math.max(...frames), late: late / frames.length * 100 };
})()`;

async function heapOf(page) {
  await page.send('HeapProfiler.collectGarbage');
  return (await page.send('Runtime.getHeapUsage')).usedSize;
}

/** Gives the browser the session that a token stands for. */
function signInBy(page, origin, value) {
  return page.send('Network.setCookie', { url: origin, name: '__Host-session', value, path: '/', secure: true, httpOnly: true });
}

/** Visits a timeline once. */
export async function visitTimeline(chromium, origin, { token }) {
  const page = await chromium.page();
  try {
    await page.send('Network.enable');
    await page.send('Page.enable');
    await signInBy(page, origin, token);
    await page.send('Emulation.setDeviceMetricsOverride', PHONE);
    await page.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.send('Page.navigate', { url: `${origin}/#/photos` });
    await page.until("document.querySelector('.tile')");
    await pause(2000);
    const months = await page.evaluate("fetch('/v1/timeline/buckets?limit=500').then((answer) => answer.json())");
    const { month, photos } = months.items[BACK];
    const drawn = await page.evaluate(GO_BACK(month));
    await pause(1500);
    const requests = await page.evaluate(REQUESTS);
    const before = await heapOf(page);
    const frames = await page.evaluate(SCROLL(photos));
    await pause(1500);
    return { drawn, requests, ...frames, heap: await heapOf(page) - before };
  } finally {
    await page.close();
  }
}
