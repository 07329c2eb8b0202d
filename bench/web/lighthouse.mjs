// The scores that Lighthouse gives to the pages: its mobile preset, in a browser that is signed in.
import { browserFile } from './chromium.mjs';
import { median } from './figures.mjs';
import { load } from './packages.mjs';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
/** What makes a score of performance, in milliseconds but for the shift. */
const METRICS = {
  'first-contentful-paint': 'first contentful paint',
  'largest-contentful-paint': 'largest contentful paint',
  'total-blocking-time': 'total blocking time',
  'cumulative-layout-shift': 'layout shift',
  'speed-index': 'speed index',
};

/** Signs a page in, as `visit.mjs` does. */
async function signIn(page, origin, { email, password }) {
  await page.goto(`${origin}/manifest.webmanifest`);
  const status = await page.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/v1/sessions', { method: 'POST', headers, body: JSON.stringify(body) })).status;
  }, { email, password, cookie: true });
  if (status !== 201) throw new Error(`the log-in answers ${status}`);
}

/** Runs Lighthouse once in a browser of its own, that nothing was kept in. */
async function run({ lighthouse, puppeteer }, url, owner) {
  const browser = await puppeteer.launch({
    executablePath: browserFile(), acceptInsecureCerts: true, args: ['--no-sandbox', '--no-proxy-server', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage();
    if (owner) await signIn(page, new URL(url).origin, owner);
    const { lhr } = await lighthouse(url, { onlyCategories: CATEGORIES, logLevel: 'error' }, undefined, page);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    return lhr;
  } finally {
    await browser.close();
  }
}

const score = (lhr, name) => Math.round(lhr.categories[name].score * 100);

/** The audits of a category that have found something, for whoever is to mend it. */
function failures({ categories, audits }, category) {
  return categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1)
    .map(({ id }) => id);
}

function line(name, reports) {
  const scores = CATEGORIES.map((category) => median(reports.map((lhr) => score(lhr, category))));
  const metrics = Object.keys(METRICS).map((id) => {
    const value = median(reports.map(({ audits }) => audits[id].numericValue));
    return id === 'cumulative-layout-shift' ? value.toFixed(3) : `${(value / 1000).toFixed(2)} s`;
  });
  return `| ${[name, ...scores, ...metrics].join(' | ')} |`;
}

/** Measures each page so many times, and prints medians. */
export async function printScores(pages, rounds) {
  const tools = { lighthouse: await load('lighthouse'), puppeteer: await load('puppeteer-core') };
  console.log(`| page | ${[...CATEGORIES, ...Object.values(METRICS)].join(' | ')} |`);
  console.log(`|---|${'--:|'.repeat(CATEGORIES.length + Object.keys(METRICS).length)}`);
  const found = new Set();
  for (const { name, url, owner } of pages) {
    const reports = [];
    for (let round = 0; round < rounds; round += 1) {
      reports.push(await run(tools, url, owner));
    }
    console.log(line(name, reports));
    for (const category of CATEGORIES.slice(1)) {
      for (const id of failures(reports[0], category)) found.add(`${name}: ${category}: ${id}`);
    }
  }
  for (const one of found) console.log(one);
}
