/** One photo at a time, over everything else. */

import { h, fill, setStyle } from './h.js';
import { originalUrl } from './api.js';
import { messageOf } from './forms.js';
import { icon } from './icons.js';
import { keys, altOf, renewOnError } from './photo-image.js';
import { renditionFor } from './media.js';
import { placeholderCanvas } from './thumbhash.js';
import { details } from './details.js';
import { swipes } from './swipe.js';

/** Long edge to ask for: enough to look closely on a phone as well. */
const FULL = 2048;
/** Pages to look through for the neighbours of a photo that was linked to. */
const SEARCH = 30;

export class Viewer {
  #source;
  #shown = null;
  #loose = null;
  #preloaded = [];
  #undo = new AbortController();

  /**
   * `list()` gives the photos in order, `more()` loads further ones until `complete()`,
   * `total()` says how many there are, `find(id)` fetches one that is not in the list, `go(id)`
   * and `close()` change the address.
   */
  constructor(source) {
    this.#source = source;
    this.#build();
    document.body.append(this.node);
    document.documentElement.classList.add('is-viewing');
    this.node.showModal();
    this.stage.focus();
  }

  /** The id of the photo in view. */
  get current() {
    return this.#shown;
  }

  destroy() {
    this.#undo.abort();
    document.documentElement.classList.remove('is-viewing');
    this.node.close();
    this.node.remove();
  }

  #build() {
    const button = (label, name, onclick, more = '') =>
      h('button', { class: `button is-icon ${more}`, type: 'button', 'aria-label': label, title: label, onclick }, icon(name));
    this.stage = h('div', { class: 'viewer-stage', tabindex: '-1' });
    this.counter = h('p', { class: 'viewer-counter', 'aria-live': 'polite' });
    this.previous = button('Previous photo', 'back', () => this.#step(-1), 'viewer-previous');
    this.next = button('Next photo', 'forward', () => this.#step(1), 'viewer-next');
    this.download = h('a', { class: 'button is-icon', 'aria-label': 'Download the original', title: 'Download the original', download: '' }, icon('download'));
    this.infoButton = button('Details', 'info', () => this.#toggleInfo());
    this.infoButton.setAttribute('aria-expanded', 'false');
    this.info = h('aside', { class: 'viewer-info', 'aria-label': 'Details', hidden: true });
    this.caption = h('p', { class: 'viewer-caption', hidden: true });
    this.node = h('dialog', { class: 'viewer', 'aria-label': 'Photo' },
      h('div', { class: 'viewer-bar' }, button('Close', 'close', () => this.#source.close()), this.counter, this.infoButton, this.download),
      h('div', { class: 'viewer-body' }, this.stage, this.caption, this.previous, this.next), this.info);
    this.node.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.#source.close();
    });
    addEventListener('keydown', (event) => this.#key(event), { signal: this.#undo.signal });
    swipes(this.stage, {
      slide: () => this.stage.firstElementChild,
      left: () => this.#step(1), right: () => this.#step(-1), down: () => this.#source.close(),
    });
    new ResizeObserver(() => this.#fit()).observe(this.stage);
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const actions = {
      ArrowLeft: () => this.#step(-1), ArrowRight: () => this.#step(1), i: () => this.#toggleInfo(),
      Home: () => this.#source.go(this.#source.list()[0]?.id ?? this.#shown),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  #toggleInfo() {
    this.info.hidden = !this.info.hidden;
    this.infoButton.setAttribute('aria-expanded', String(!this.info.hidden));
  }

  /** Shows a photo by its id, wherever it is. */
  async show(id) {
    if (this.#shown === id) return;
    this.#shown = id;
    const photo = this.#photo();
    if (photo) {
      this.#paint(photo);
      return;
    }
    this.#blank('Loading…');
    try {
      const found = await this.#source.find(id);
      keys.adopt(found.media, [found]);
      this.#loose = found;
      if (this.#shown === id) this.#paint(found);
      this.#seek(id);
    } catch (error) {
      if (this.#shown === id) this.#blank(error.status === 404 ? 'This photo does not exist, or it is not yours to see.' : messageOf(error));
    }
  }

  /** Loads pages until the photo has neighbours. */
  async #seek(id) {
    for (let page = 0; page < SEARCH && !this.#source.complete(); page += 1) {
      if (this.#undo.signal.aborted || this.#shown !== id || this.#index() >= 0) return;
      await this.#source.more();
    }
  }

  #photo() {
    return this.#source.list().find(({ id }) => id === this.#shown) ?? (this.#loose?.id === this.#shown ? this.#loose : null);
  }

  #index() {
    return this.#source.list().findIndex(({ id }) => id === this.#shown);
  }

  /** Tells the viewer that the list has changed. */
  refresh() {
    const index = this.#index();
    const list = this.#source.list();
    this.previous.hidden = index <= 0;
    this.next.hidden = index < 0 || (index === list.length - 1 && this.#source.complete());
    // A button that goes away takes the focus out of the dialog.
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    if (focused.hidden || !this.node.contains(focused)) this.stage.focus();
    this.counter.textContent = index < 0 ? '' : `${(index + 1).toLocaleString()} of ${this.#source.total().toLocaleString()}`;
    this.#preload(list, index);
  }

  async #step(by) {
    const index = this.#index();
    if (index < 0) return;
    if (index + by >= this.#source.list().length) await this.#source.more();
    const target = this.#source.list()[this.#index() + by];
    if (target) this.#source.go(target.id);
  }

  #blank(message) {
    fill(this.stage, h('p', { class: 'viewer-message', role: 'status' }, message));
    fill(this.info);
    this.caption.hidden = true;
    this.download.hidden = true;
    this.refresh();
  }

  #paint(photo) {
    if (photo.status !== 'ready') {
      return void this.#blank(photo.status === 'failed' ? photo.error?.detail ?? 'This file could not be made into a picture.' : 'This photo is still being developed.');
    }
    const best = renditionFor(photo.renditions, FULL);
    const quick = renditionFor(photo.renditions, 256);
    const image = h('img', { class: 'viewer-image', alt: altOf(photo), draggable: 'false', decoding: 'async' });
    const slide = h('figure', { class: 'viewer-slide' }, placeholderCanvas(photo.placeholder),
      quick !== best && h('img', { class: 'viewer-quick', alt: '', src: keys.url(quick.url), draggable: 'false' }), image);
    image.addEventListener('load', () => slide.classList.add('is-loaded'));
    const load = () => { image.src = keys.url(best.url); };
    renewOnError(image, photo.id, load, () => this.#blank('This picture could not be loaded. Check your connection, close it and try again.'));
    load();
    this.caption.textContent = photo.caption;
    this.caption.hidden = !photo.caption;
    fill(this.stage, slide);
    this.#fit();
    fill(this.info, details(photo));
    this.download.hidden = false;
    this.download.href = originalUrl(photo.id);
    this.node.setAttribute('aria-label', altOf(photo));
    this.refresh();
    return undefined;
  }

  /** As large as the stage allows, never larger than the photo has pixels. */
  #fit() {
    const slide = this.stage.querySelector('.viewer-slide');
    const photo = slide && this.#photo();
    if (!photo) return;
    const { clientWidth: width, clientHeight: height } = this.stage;
    const scale = Math.min(width / photo.width, height / photo.height, 1);
    setStyle(slide, { width: `${Math.round(photo.width * scale)}px`, height: `${Math.round(photo.height * scale)}px` });
  }

  #preload(list, index) {
    if (index < 0) return;
    const near = [list[index + 1], list[index - 1]].filter(Boolean);
    this.#preloaded = near.map((photo) => {
      const image = new Image();
      image.src = keys.url(renditionFor(photo.renditions, FULL).url);
      return image;
    });
    if (index >= list.length - 3) this.#source.more();
  }
}
