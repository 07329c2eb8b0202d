/**
 * What follows the window as it is scrolled or resized. All of it looks in one frame, before anything of
 * it is drawn: whoever measured after that would have the browser lay the page out once more.
 */

const looks = new Set<() => void>();
let frame = 0;

function lookAll() {
  frame = 0;
  for (const look of [...looks]) look();
}

function soon() {
  frame ||= requestAnimationFrame(lookAll);
}

/** Has `look` called in each frame in which the window has moved; the function that is returned ends it. */
export function followWindow(look: () => void): () => void {
  if (looks.size === 0) {
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon, { passive: true });
  }
  looks.add(look);
  return () => {
    looks.delete(look);
    if (looks.size > 0) return;
    cancelAnimationFrame(frame);
    frame = 0;
    removeEventListener('scroll', soon);
    removeEventListener('resize', soon);
  };
}
