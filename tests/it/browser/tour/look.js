// Looks at the page as it stands: resolves with what is wrong with it, once it has come to rest.
// Given the rules of axe to ask about, or null for all.
const [rules, done] = arguments;

/** The longest wait for pictures and animations, in milliseconds. */
const PATIENCE = 5000;

const frame = () => new Promise((resolve) => { requestAnimationFrame(() => resolve()); });

function isMoving({ effect, playState }) {
  return playState === 'running' && effect?.getComputedTiming().endTime !== Infinity;
}

function isWaiting(picture) {
  const { top, bottom, left, right } = picture.getBoundingClientRect();
  return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
}

/** Resolves when nothing moves, and every picture in view is there. */
async function rest() {
  const end = performance.now() + PATIENCE;
  await frame();
  await frame();
  while (performance.now() < end) {
    const pictures = [...document.querySelectorAll('.photo-image.is-waiting')];
    if (!document.getAnimations().some(isMoving) && !pictures.some(isWaiting)) return;
    await frame();
  }
}

/**
 * Text stands on a gradient, of which axe cannot tell the contrast: the page is given the end of it
 * that is nearer to the text.
 */
async function onPlainGround(act) {
  const nearer = matchMedia('(prefers-color-scheme: dark)').matches ? '--board' : '--paper';
  document.body.style.background = `var(${nearer})`;
  try {
    return await act();
  } finally {
    document.body.style.background = '';
  }
}

/** Looks at the dialog on top, if there is one: what it stands before is inert, and was looked at. */
function askAxe() {
  const dialogs = document.querySelectorAll('dialog[open]');
  return globalThis.axe.run(dialogs[dialogs.length - 1] ?? document, {
    resultTypes: ['violations', 'passes'],
    rules: { 'target-size': { enabled: true } },
    preload: false,
    ...(rules && { runOnly: { type: 'rule', values: rules } }),
  });
}

function faultsOf({ violations }) {
  return violations.flatMap(({ id, nodes }) => nodes.map(
    ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`,
  ));
}

/** Tells that a field has less room than its longest option, which neither axe nor its width shows. */
function isCutOff(select) {
  const copy = select.cloneNode(true);
  copy.style.cssText = 'position: absolute; width: max-content; max-width: none';
  select.after(copy);
  const wanted = copy.offsetWidth;
  copy.remove();
  return select.offsetWidth > 0 && wanted > select.offsetWidth + 1;
}

function cutOff() {
  const selects = [...document.querySelectorAll('select')].filter(isCutOff);
  return selects.map(({ value }) => `cut off: the field of options that shows ${value}`);
}

async function look() {
  await rest();
  const result = await onPlainGround(askAxe);
  return {
    faults: [...faultsOf(result), ...cutOff()],
    contrasts: result.passes.some(({ id }) => id === 'color-contrast'),
    width: document.documentElement.scrollWidth,
  };
}

look().then(done, (error) => done({ faults: [String(error)], contrasts: true, width: 0 }));
