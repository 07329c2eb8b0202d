/**
 * The contact sheet of an album. Only the tiles near the window are in the document, so that an
 * album of ten thousand photos scrolls like one of ten. One tab stop; arrow keys move inside.
 */

import { h, setStyle } from './h.js';
import { icon } from './icons.js';
import { justify, shapeOf, visibleRange } from './justified.js';
import { altOf, photoImage } from './photo-image.js';

const GAP = 6;

/** Two or three landscapes abreast on a phone, five or six on a desktop; CSS pixels. */
const rowHeightFor = (width) => (width < 520 ? 132 : Math.min(250, Math.max(170, width / 5.8)));

export class Grid {
  #tiles = new Map();
  #photos = [];
  #layout = { boxes: [], rows: [], height: 0 };
  #width = 0;
  #current = 0;
  #frame = 0;
  #hrefOf;
  #open;
  #cleanUp = new AbortController();

  /** `hrefOf(photo)` is a photo's address; `open(photo)` goes there. */
  constructor({ hrefOf, open }) {
    this.#hrefOf = hrefOf;
    this.#open = open;
    this.node = h('ul', { class: 'sheet', role: 'list', 'aria-label': 'Photos' });
    const options = { passive: true, signal: this.#cleanUp.signal };
    addEventListener('scroll', () => this.#soon(), options);
    addEventListener('resize', () => this.#soon(), options);
    this.node.addEventListener('keydown', (event) => this.#key(event));
    this.node.addEventListener('focusin', (event) => this.#focused(event));
    this.observer = new ResizeObserver(([entry]) => {
      if (Math.abs(entry.contentRect.width - this.#width) >= 1) this.#arrange();
    });
    this.observer.observe(this.node);
  }

  destroy() {
    this.#cleanUp.abort();
    this.observer.disconnect();
  }

  /** Shows these photos, in this order. */
  show(photos) {
    const focused = this.#photos[this.#current]?.id;
    this.#photos = photos;
    this.#current = Math.max(0, photos.findIndex(({ id }) => id === focused));
    this.#arrange();
  }

  /** Brings a photo into view and focuses it. */
  focus(id) {
    const index = this.#photos.findIndex((photo) => photo.id === id);
    if (index >= 0) this.#moveTo(index);
  }

  #arrange() {
    const width = Math.floor(this.node.clientWidth);
    if (width === 0) return;
    this.#width = width;
    this.#layout = justify(this.#photos.map(shapeOf), { width, rowHeight: rowHeightFor(width), gap: GAP });
    setStyle(this.node, { height: `${this.#layout.height}px` });
    this.#draw();
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Puts the tiles in and one window around view into the document, in order, and no others. */
  #draw() {
    if (!this.node.isConnected) return;
    const top = -this.node.getBoundingClientRect().top;
    const range = visibleRange(this.#layout.rows, top - innerHeight, top + 2 * innerHeight);
    const wanted = new Set();
    for (let index = range.from; index < range.to; index += 1) wanted.add(index);
    if (this.#tiles.get(this.#photos[this.#current]?.id)?.node.contains(document.activeElement)) wanted.add(this.#current);
    const keep = new Map();
    let before = this.node.firstChild;
    for (const index of [...wanted].sort((a, b) => a - b)) {
      const tile = this.#tile(index);
      keep.set(this.#photos[index].id, tile);
      if (tile.node === before) before = before.nextSibling;
      else this.node.insertBefore(tile.node, before);
    }
    for (const [id, tile] of this.#tiles) if (keep.get(id) !== tile) tile.node.remove();
    this.#tiles = keep;
  }

  #tile(index) {
    const photo = this.#photos[index];
    const box = this.#layout.boxes[index];
    const old = this.#tiles.get(photo.id);
    const tile = old?.photo.status === photo.status ? old : { photo, node: this.#make(photo, box) };
    const { node } = tile;
    setStyle(node, { transform: `translate(${box.left}px, ${box.top}px)`, width: `${box.width}px`, height: `${box.height}px` });
    node.setAttribute('aria-posinset', index + 1);
    node.setAttribute('aria-setsize', this.#photos.length);
    node.firstElementChild.tabIndex = index === this.#current ? 0 : -1;
    return tile;
  }

  #make(photo, box) {
    const inside = photo.status === 'ready' ? this.#link(photo, box) : state(photo);
    return h('li', { class: 'tile', dataset: { photo: photo.id, status: photo.status } }, inside);
  }

  #link(photo, box) {
    // Cropped tiles show a part of a wider picture.
    const width = Math.ceil(Math.max(box.width, (box.height * photo.width) / photo.height));
    const alt = altOf(photo);
    const link = h('a', { class: 'tile-link', href: this.#hrefOf(photo) }, photoImage(photo, { id: photo.id, sizes: `${width}px`, alt }));
    link.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      this.#open(photo);
    });
    return link;
  }

  #focused(event) {
    const id = event.target.closest('.tile')?.dataset.photo;
    const index = this.#photos.findIndex((photo) => photo.id === id);
    if (index < 0 || index === this.#current) return;
    const previous = this.#tiles.get(this.#photos[this.#current]?.id);
    if (previous) previous.node.firstElementChild.tabIndex = -1;
    this.#current = index;
    event.target.tabIndex = 0;
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.#photos.length - 1;
    const steps = {
      ArrowLeft: () => this.#current - 1,
      ArrowRight: () => this.#current + 1,
      ArrowUp: () => this.#beside(-1),
      ArrowDown: () => this.#beside(1),
      Home: () => 0,
      End: () => last,
    };
    if (!steps[event.key]) return;
    event.preventDefault();
    this.#moveTo(Math.min(last, Math.max(0, steps[event.key]())));
  }

  /** The photo above or below the present one. */
  #beside(direction) {
    const { rows, boxes } = this.#layout;
    const row = rows.findIndex(({ from, to }) => from <= this.#current && this.#current < to) + direction;
    if (!rows[row]) return this.#current;
    const middle = boxes[this.#current].left + boxes[this.#current].width / 2;
    let index = rows[row].from;
    while (index + 1 < rows[row].to && boxes[index].left + boxes[index].width < middle) index += 1;
    return index;
  }

  #moveTo(index) {
    const box = this.#layout.boxes[index];
    const top = this.node.getBoundingClientRect().top + box.top;
    const headroom = 80;
    if (top < headroom) scrollBy({ top: top - headroom, behavior: 'instant' });
    else if (top + box.height > innerHeight - 20) scrollBy({ top: top + box.height - innerHeight + 20, behavior: 'instant' });
    const previous = this.#tiles.get(this.#photos[this.#current]?.id);
    if (previous) previous.node.firstElementChild.tabIndex = -1;
    this.#current = index;
    this.#draw();
    const inside = this.#tiles.get(this.#photos[index].id)?.node.firstElementChild;
    if (inside) inside.tabIndex = 0;
    inside?.focus({ preventScroll: true });
  }
}

/** What stands where a photo will be, or cannot be. */
function state({ name, status, error }) {
  if (status === 'failed') {
    const why = error?.detail ?? 'This file could not be made into a picture.';
    return h('div', { class: 'tile-state is-failed', title: why }, icon('warning'),
      h('p', { class: 'tile-name' }, name), h('p', { class: 'tile-why' }, why));
  }
  return h('div', { class: 'tile-state' }, h('p', { class: 'tile-why' }, 'Developing…'), h('p', { class: 'tile-name' }, name));
}
