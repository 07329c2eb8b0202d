// As much of a document as Preact draws into: elements, focus, and a window that scrolls over what they hold.
/* global document, location, scrollY */

class FakeNode {
  childNodes = [];
  parentNode = null;

  constructor(nodeType) { this.nodeType = nodeType; }

  get firstChild() { return this.childNodes[0] ?? null; }
  get nextSibling() {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  insertBefore(child, before) {
    if (child.parentNode) child.parentNode.#drop(child);
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, child);
    Object.assign(child, { parentNode: this });
    return child;
  }

  appendChild(child) { return this.insertBefore(child, null); }

  removeChild(child) {
    this.#drop(child);
    // Browsers move the focus to the body when its element goes.
    if (child.all?.includes(document.activeElement)) document.activeElement = document.body;
  }

  remove() { this.parentNode?.removeChild(this); }

  #drop(child) {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    Object.assign(child, { parentNode: null });
  }
}

export class FakeElement extends FakeNode {
  onclick = null;
  style = {};
  attributes = new Map();
  #listeners = new Map();

  constructor(name) {
    super(1);
    this.localName = name;
  }

  /** The element, and all in it. */
  get all() { return [this, ...this.childNodes.flatMap((child) => child.all ?? [])]; }
  get form() { return this.localName === 'form' ? this : this.parentNode?.form ?? null; }
  get clientWidth() { return view.width; }
  get(name) { return this.attributes.get(name); }
  has(className) { return (this.get('class') ?? '').split(' ').includes(className); }

  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  removeAttribute(name) { this.attributes.delete(name); }
  addEventListener(type, listener) { this.#listeners.set(type, listener); }
  removeEventListener(type) { this.#listeners.delete(type); }
  click() { this.#listeners.get('click').call(this, { type: 'click', currentTarget: this }); }
  focus() { document.activeElement = this; }
  getBoundingClientRect() { return { top: HEADER - scrollY, height: 0 }; }

  /** Finds by classes and by names, which is all that is asked for. */
  querySelector(selectors) {
    const isMeant = (element) => selectors.split(', ').some((one) => (
      one.startsWith('.') ? element.has(one.slice(1)) : one === `[name="${element.get('name')}"]`));
    return this.all.find(isMeant) ?? null;
  }
}

/** Pixels above what scrolls. */
const HEADER = 120;

/** The window, and where it has been scrolled to. */
export const view = { width: 1000, height: 800, scrolled: 0, end: () => 0 };

const windowEvents = new EventTarget();
const observers = new Set();

/** Returns how far the window is scrolled: never beyond the end, also once that is another. */
function scrolled() {
  view.scrolled = Math.max(0, Math.min(view.scrolled, HEADER + view.end() - view.height));
  return view.scrolled;
}

/** Resolves once all is drawn and done that is due: each of it is some turns away, however long one takes. */
export async function settled() {
  for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => { setTimeout(resolve, 0); });
}

/** Scrolls the window to a place, as a person does. */
export async function scrollWindow(top) {
  view.scrolled = top;
  windowEvents.dispatchEvent(new Event('scroll'));
  await settled();
}

/** Makes the window wider or narrower. */
export async function resizeWindow(width) {
  view.width = width;
  for (const observe of observers) observe();
  await settled();
}

/** Goes to an address. */
export async function goTo(hash) {
  location.hash = hash;
  windowEvents.dispatchEvent(new Event('hashchange'));
  await settled();
}

const storage = { getItem: () => null, setItem() {}, removeItem() {} };
const body = new FakeElement('body');
Object.assign(globalThis, {
  location: new URL('http://localhost/'),
  history: {},
  localStorage: storage,
  sessionStorage: storage,
  innerHeight: view.height,
  addEventListener: (...how) => windowEvents.addEventListener(...how),
  removeEventListener: (...how) => windowEvents.removeEventListener(...how),
  requestAnimationFrame: (callback) => setTimeout(callback, 0),
  cancelAnimationFrame: clearTimeout,
  scrollBy: ({ top }) => { view.scrolled = scrolled() + top; },
  BroadcastChannel: class extends EventTarget { postMessage() {} },
  IntersectionObserver: class { observe() {} disconnect() {} },
  ResizeObserver: class {
    constructor(observe) { this.look = observe; }
    observe() { observers.add(this.look); }
    disconnect() { observers.delete(this.look); }
  },
  document: {
    body,
    activeElement: body,
    hidden: false,
    documentElement: new FakeElement('html'),
    addEventListener() {},
    getElementById: () => null,
    createElementNS: (_space, name) => new FakeElement(name),
    createTextNode: (data) => Object.assign(new FakeNode(3), { data }),
  },
});
Object.defineProperty(globalThis, 'scrollY', { get: scrolled });
