/** Photos one after the other, until there is none left or somebody stops it. */

import { signal } from '@preact/signals';

/** How long a photo is shown, in milliseconds. */
const SHOWN = 5000;

/** What the slideshow asks of the viewer. */
export interface Slides {
  /** Shows the next photo; false when there is none. */
  next: () => boolean;
  /** True once the present picture has come. */
  loaded: () => boolean;
}

export class Slideshow {
  readonly playing = signal(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly slides: () => Slides, private readonly shown = SHOWN) {}

  toggle() {
    if (this.playing.value) this.stop();
    else this.start();
  }

  start() {
    this.playing.value = true;
    this.wait();
  }

  stop() {
    clearTimeout(this.#timer);
    this.playing.value = false;
  }

  /** Gives the present photo its whole time: somebody has just come to it. */
  wait() {
    clearTimeout(this.#timer);
    if (this.playing.value) this.#timer = setTimeout(() => this.#turn(), this.shown);
  }

  #turn() {
    const { next, loaded } = this.slides();
    // On a slow line a photo that is just coming is not skipped.
    if (loaded() && !next()) this.stop();
    else this.wait();
  }
}
