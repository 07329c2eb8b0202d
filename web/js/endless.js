/** Loads the next page of a list when its end comes near. */

import { h, fill } from './h.js';
import { failure } from './forms.js';

/** How far below the window the end may be when loading begins. */
const AHEAD = '1200px 0px';

/**
 * `cursor` is the list's `next`; `load(cursor)` answers `{ items, next }`; `show(page)` adds them.
 * `more()` loads at once, for who walks through the list by other means than scrolling.
 */
export function endless(cursor, load, show) {
  const node = h('div', { class: 'endless' });
  let next = cursor;
  let running = null;

  const step = async () => {
    try {
      const page = await load(next);
      next = page.next;
      fill(node);
      show(page);
      // The observer tells only of changes: ask again whether the end is still in sight.
      observer.unobserve(node);
      if (next) observer.observe(node);
    } catch (error) {
      observer.unobserve(node);
      fill(node, failure(error, () => { fill(node); more(); }));
    }
  };
  const more = () => {
    if (!next) return Promise.resolve();
    running ??= step().finally(() => { running = null; });
    return running;
  };
  const observer = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) more();
  }, { rootMargin: AHEAD });
  if (next) observer.observe(node);
  return { node, more, get next() { return next; }, stop: () => { next = null; observer.disconnect(); } };
}
