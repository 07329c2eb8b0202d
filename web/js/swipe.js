/** Swiping with a finger, a pen or a mouse. */

import { setStyle } from './h.js';

/** How far (px) or how fast (px/ms) a swipe must go to count. */
const FAR = 70;
const FAST = 0.5;

/**
 * Follows a pointer over `stage` with what `slide()` gives, and calls `left`, `right` or `down`
 * when it was swiped that way.
 */
export function swipes(stage, { slide, left, right, down }) {
  let start = null;
  const moved = (event) => ({ x: event.clientX - start.x, y: event.clientY - start.y });

  stage.addEventListener('pointerdown', (event) => {
    // A second finger is a pinch, which belongs to the browser.
    start = event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
    if (start) stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener('pointermove', (event) => {
    if (!start || !event.isPrimary) return;
    const { x, y } = moved(event);
    const sideways = Math.abs(x) > Math.abs(y);
    move(slide(), sideways ? x : 0, sideways ? 0 : Math.max(0, y));
  });
  stage.addEventListener('pointercancel', () => {
    start = null;
    move(slide(), 0, 0);
  });
  stage.addEventListener('pointerup', (event) => {
    if (!start || !event.isPrimary) return;
    const { x, y } = moved(event);
    const speed = (distance) => Math.abs(distance) / Math.max(1, event.timeStamp - start.at);
    const enough = (distance) => Math.abs(distance) > FAR || (Math.abs(distance) > 20 && speed(distance) > FAST);
    start = null;
    move(slide(), 0, 0);
    if (Math.abs(x) > Math.abs(y) && enough(x)) (x < 0 ? left : right)();
    else if (y > Math.abs(x) && enough(y)) down();
  });
}

function move(element, x, y) {
  if (element) setStyle(element, { translate: x || y ? `${x}px ${y}px` : 'none' });
}
