// A headless Chromium of one's own, spoken to through pipes by the DevTools protocol.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const SWITCHES = [
  '--headless=new', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
  '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-quic', '--no-proxy-server', '--hide-scrollbars', '--lang=en-GB', '--ignore-certificate-errors',
];

/** Returns the file of the first of the browsers that there is. */
export function browserFile() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const files = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = files.find((file) => existsSync(file));
  if (!found) throw new Error('Chromium is missing: install Debian\'s chromium, or run ./dev setup.');
  return found;
}

function launch(profile) {
  return spawn(browserFile(), [...SWITCHES, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
}

export class Page {
  constructor(chromium, session, context) {
    this.chromium = chromium;
    this.session = session;
    this.context = context;
  }

  send(method, params) {
    return this.chromium.send(method, params, this.session);
  }

  /** Resolves with the value of an expression. */
  async evaluate(expression) {
    const wanted = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', wanted);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true, for half a minute at most. */
  async until(expression) {
    const end = Date.now() + 30_000;
    while (Date.now() < end) {
      if (await this.evaluate(`Boolean(${expression})`)) return;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    throw new Error(`waited in vain until ${expression}`);
  }

  /** Touches the middle of an element. */
  async tap(css) {
    const at = await this.evaluate(`(() => {
      const { left, top, width, height } = document.querySelector(${JSON.stringify(css)}).getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    await this.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
    await this.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }

  close() {
    return this.chromium.send('Target.disposeBrowserContext', { browserContextId: this.context });
  }
}

export class Chromium {
  #child;
  #profile;
  #waiting = new Map();
  #count = 0;

  static async start() {
    const chromium = new Chromium();
    chromium.#profile = await mkdtemp(path.join(os.tmpdir(), 'albumen-bench-'));
    chromium.#child = launch(chromium.#profile);
    chromium.#listen(chromium.#child.stdio[4]);
    return chromium;
  }

  /** Hands each answer to whoever waits for it: they end with a zero byte. */
  #listen(pipe) {
    let text = '';
    pipe.setEncoding('utf8');
    pipe.on('data', (chunk) => {
      const parts = (text + chunk).split('\0');
      text = parts.pop();
      for (const part of parts) this.#take(JSON.parse(part));
    });
  }

  #take({ id, result, error }) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }

  /** Sends a command; resolves with its result. */
  send(method, params = {}, sessionId = undefined) {
    this.#count += 1;
    const id = this.#count;
    this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => { this.#waiting.set(id, { resolve, reject }); });
  }

  /** Opens a page that nothing was kept of, as in a browser that is new. */
  async page() {
    const { browserContextId } = await this.send('Target.createBrowserContext');
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    return new Page(this, sessionId, browserContextId);
  }

  async close() {
    const ended = new Promise((resolve) => { this.#child.once('close', resolve); });
    await this.send('Browser.close').catch(() => {});
    await ended;
    await rm(this.#profile, { recursive: true, force: true });
  }
}
