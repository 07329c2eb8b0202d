// A visit of an album on a phone, as Lighthouse's mobile preset has one, and what it took.

/** What is measured: how it is written, and the most that it may be. */
export const VISIT = [
  { name: 'script before the first photo', of: 'scriptBeforePhoto', unit: 'KB', scale: 1000, most: 70 },
  { name: 'whole shell', of: 'shell', unit: 'KB', scale: 1000, most: 120 },
  { name: 'requests but for images', of: 'requests', unit: '', scale: 1, most: 8 },
  { name: 'first photo', of: 'photo', unit: 's', scale: 1000 },
  { name: 'largest contentful paint', of: 'paint', unit: 's', scale: 1000, most: 1.8 },
  { name: 'layout shift', of: 'shift', unit: '', scale: 1, most: 0.02 },
  { name: 'interaction to next paint', of: 'longest', unit: 'ms', scale: 1, most: 150 },
];

/** The phone, the line and the processor of the preset, as it applies them through DevTools. */
export const PHONE = { width: 412, height: 823, deviceScaleFactor: 1.75, mobile: true };
const LINE = {
  offline: false, latency: 150 * 3.75, downloadThroughput: 1638.4 * 1024 * 0.9 / 8,
  uploadThroughput: 750 * 1024 * 0.9 / 8,
};
export const SLOWER = 4;

/** Notes in the page what its browser tells of it. */
const WATCH = `(() => {
  const seen = { paint: 0, shift: 0, longest: 0, photo: 0 };
  globalThis.seen = seen;
  const watch = (type, take, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({ type, buffered: true, ...more });
  watch('largest-contentful-paint', ({ startTime }) => { seen.paint = startTime; });
  watch('layout-shift', ({ hadRecentInput, value }) => { if (!hadRecentInput) seen.shift += value; });
  watch('event', ({ interactionId, duration }) => {
    if (interactionId) seen.longest = Math.max(seen.longest, duration);
  }, { durationThreshold: 16 });
  const look = () => {
    if (document.querySelector('.photo-image.is-loaded')) seen.photo = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()`;

/** Sums up what was loaded: texts in bytes as they were sent, and requests. */
const LOADED = `(() => {
  const all = performance.getEntriesByType('resource');
  const isText = ({ name }) => /\\.(?:js|css)$/.test(new URL(name).pathname);
  const isPicture = ({ name }) => /^\\/media\\/|\\.svg$/.test(new URL(name).pathname);
  const bytes = (some) => some.reduce((sum, one) => sum + one.encodedBodySize, 0);
  const texts = all.filter(isText);
  const before = texts.filter(({ responseEnd }) => responseEnd <= seen.photo);
  const [page] = performance.getEntriesByType('navigation');
  return {
    scriptBeforePhoto: bytes(before.filter(({ name }) => name.includes('.js'))),
    shell: bytes(texts) + page.encodedBodySize,
    requests: 1 + all.filter((one) => !isPicture(one)).length,
    ...seen,
  };
})()`;

export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Signs in, so that the browser has the cookie and nothing else. */
async function signIn(page, origin, { email, password }) {
  await page.send('Page.navigate', { url: `${origin}/manifest.webmanifest` });
  await page.until(`location.origin === ${JSON.stringify(origin)} && document.readyState === 'complete'`);
  const body = JSON.stringify({ email, password, cookie: true });
  const status = await page.evaluate(`fetch('/v1/sessions', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)},
  }).then((answer) => answer.status)`);
  if (status !== 201) throw new Error(`the log-in answers ${status}`);
}

async function slowDown(page) {
  await page.send('Emulation.setDeviceMetricsOverride', PHONE);
  await page.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  await page.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.send('Network.emulateNetworkConditions', LINE);
}

/** Opens a photo, goes on to the next one, comes back, and opens the account's menu. */
async function interact(page) {
  await page.tap('.tile-link');
  await page.until("document.querySelector('.viewer-next')");
  await pause(1000);
  await page.tap('.viewer-next');
  await pause(1000);
  await page.tap('.viewer-bar .button');
  await page.until("!document.querySelector('.viewer')");
  await page.tap('.account');
  await pause(1000);
}

/** Visits an album once. */
export async function visit(chromium, origin, owner) {
  const page = await chromium.page();
  try {
    await page.send('Network.enable');
    await page.send('Page.enable');
    await signIn(page, origin, owner);
    await slowDown(page);
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
    await page.send('Page.navigate', { url: `${origin}/#/albums/${owner.album}` });
    await page.until("globalThis.seen?.photo > 0 && document.readyState === 'complete'");
    // What comes later may still be larger.
    await pause(1200);
    const loaded = await page.evaluate(LOADED);
    await interact(page);
    return { ...loaded, longest: await page.evaluate('seen.longest') };
  } finally {
    await page.close();
  }
}
