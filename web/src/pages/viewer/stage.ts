/** The picture of the viewer: PhotoSwipe, which zooms, pans and swipes, and nothing of its controls. */

import PhotoSwipe, { type SlideData } from 'photoswipe';
import { altOf, keys, originalUrl, renditionFor, renew, type Shown } from '../../shell';

/** Long edge to ask for: enough to look closely on a phone as well. */
const FULL = 2048;
/** Long edge of what stands there until the large one has come. */
const QUICK = 256;
/** Originals that every browser shows. */
const SHOWABLE = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** The list that is looked through, as it is now. */
export interface Source {
  photos: Shown[];
  complete: boolean;
  more: () => void;
  /** Shows another photo. */
  go: (id: string) => void;
  close: () => void;
  failed: () => void;
  /** False where guests may not have originals. */
  originals: boolean;
}

function slideOf(photo: Shown): SlideData {
  const best = renditionFor(photo.renditions, FULL);
  const quick = renditionFor(photo.renditions, QUICK);
  return {
    src: best ? keys.url(best.url) : '',
    ...(quick && quick !== best && { msrc: keys.url(quick.url) }),
    width: photo.width ?? best?.width ?? 1,
    height: photo.height ?? best?.height ?? 1,
    alt: altOf(photo),
  };
}

/** One photo of a list in an element, with its neighbours beside it. */
export class Stage {
  #swipe: PhotoSwipe;
  #element: HTMLElement;
  #source: Source;
  #renewed = new Set<string>();

  constructor(element: HTMLElement, source: Source, index: number) {
    this.#element = element;
    this.#source = source;
    this.#swipe = new PhotoSwipe({
      appendToEl: element,
      index,
      dataSource: [],
      bgOpacity: 0,
      loop: false,
      preload: [1, 2],
      escKey: false,
      arrowKeys: false,
      trapFocus: false,
      returnFocus: false,
      showHideAnimationType: 'none',
      wheelToZoom: true,
      closeOnVerticalDrag: true,
      pinchToClose: false,
      clickToCloseNonZoomable: false,
      tapAction: false,
      bgClickAction: false,
      imageClickAction: 'zoom',
      maxZoomLevel: (level) => Math.max(1, level.fit) * 2,
      secondaryZoomLevel: (level) => Math.max(1, level.fit * 2),
      getViewportSizeFn: () => ({ x: element.clientWidth, y: element.clientHeight }),
    });
    this.#listen();
    this.#swipe.init();
    // The viewer around it is the dialog.
    this.#swipe.element?.removeAttribute('role');
  }

  #listen() {
    const swipe = this.#swipe;
    swipe.addFilter('numItems', () => this.#source.photos.length);
    swipe.addFilter('itemData', (_data, index) => {
      const photo = this.#source.photos[index];
      return photo ? slideOf(photo) : {};
    });
    // Its buttons are made of markup, which trusted types refuse; the viewer has its own.
    swipe.on('uiRegister', () => { if (swipe.ui) swipe.ui.uiElementsData = []; });
    swipe.on('change', () => this.#changed());
    swipe.on('loadComplete', ({ isError, slide }) => {
      if (isError) this.#renew(slide.index);
      else this.#mark();
    });
    swipe.on('zoomPanUpdate', ({ slide }) => this.#sharpen(slide.index));
    swipe.on('close', () => this.#source.close());
  }

  get index(): number {
    return this.#swipe.currIndex;
  }

  /** Takes note of another state of the list, in which the present photo has this index. */
  update(source: Source, index: number) {
    const before = this.#source.photos.length;
    this.#source = source;
    if (index === this.index && source.photos.length > before) {
      this.#swipe.refreshSlideContent(before);
    } else if (index !== this.index) {
      this.#swipe.goTo(index);
    }
  }

  /** Shows the neighbour `by` photos away; false when there is none. */
  step(by: number): boolean {
    const index = this.index + by;
    const there = index >= 0 && index < this.#source.photos.length;
    if (there) this.#swipe.goTo(index);
    else if (by > 0) this.#source.more();
    return there || (by > 0 && !this.#source.complete);
  }

  /** True once the present picture has come. */
  get loaded(): boolean {
    return this.#element.classList.contains('is-loaded');
  }

  /** Zooms by a factor. */
  zoomBy(factor: number) {
    const slide = this.#swipe.currSlide;
    if (!slide) return;
    const { fit, max } = slide.zoomLevels;
    this.#zoomTo(Math.min(max, Math.max(fit, slide.currZoomLevel * factor)));
  }

  /** Shows the whole picture. */
  fit() {
    this.#zoomTo(this.#swipe.currSlide?.zoomLevels.fit ?? 1);
  }

  /** Shows each pixel of the original as one of the screen. */
  pixels() {
    this.#zoomTo(1 / devicePixelRatio);
  }

  #zoomTo(level: number) {
    const { x, y } = this.#swipe.viewportSize;
    this.#swipe.zoomTo(level, { x: x / 2, y: y / 2 }, matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200);
  }

  zoom() {
    this.#swipe.toggleZoom();
  }

  resize() {
    this.#swipe.updateSize(true);
  }

  destroy() {
    this.#source = { ...this.#source, close: () => {}, go: () => {} };
    this.#swipe.destroy();
  }

  #changed() {
    const photo = this.#source.photos[this.index];
    if (photo) this.#source.go(photo.id);
    if (this.index >= this.#source.photos.length - 3 && !this.#source.complete) this.#source.more();
    this.#mark();
  }

  /** Says in the document whether the present picture has come. */
  #mark() {
    const image = this.#swipe.currSlide?.content.element as HTMLImageElement | undefined;
    const loaded = image?.complete === true && image.naturalWidth > 0;
    this.#element.querySelector('.viewer-image')?.classList.remove('viewer-image');
    image?.classList.add('viewer-image');
    this.#element.classList.toggle('is-loaded', loaded);
  }

  /** Tries once more under a fresh signature. */
  async #renew(index: number) {
    const photo = this.#source.photos[index];
    if (!photo) return;
    try {
      if (this.#renewed.has(photo.id)) throw new Error('it was tried already');
      this.#renewed.add(photo.id);
      await renew(new URL(slideOf(photo).src ?? '', location.href).href, photo.id);
      this.#swipe.refreshSlideContent(index);
    } catch {
      if (index === this.index) this.#source.failed();
    }
  }

  /** Puts the original in place of a rendition that is shown larger than it is. */
  #sharpen(index: number) {
    const photo = this.#source.photos[index];
    const slide = this.#swipe.currSlide;
    const image = slide?.content.element;
    if (!photo || !slide || !(image instanceof HTMLImageElement) || !this.#source.originals) return;
    const best = renditionFor(photo.renditions, FULL);
    const width = photo.width ?? 0;
    const wanted = slide.currZoomLevel * width * devicePixelRatio;
    const showable = SHOWABLE.has((photo as { content_type?: string }).content_type ?? '');
    if (!best || width <= best.width || wanted <= best.width * 1.1) return;
    if (!showable || image.dataset.original) return;
    image.dataset.original = 'loading';
    const original = new Image();
    original.src = originalUrl(photo.id);
    original.decode().then(() => { image.src = original.src; }, () => {});
  }
}
