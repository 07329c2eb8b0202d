/** The head of the page: the name, and who is signed in. */

import { h, fill } from './h.js';
import { bytes, plural } from './format.js';
import { icon, mark } from './icons.js';
import { messageOf } from './forms.js';
import { notice } from './live.js';
import * as session from './session.js';
import { albumsHash } from './router.js';
import { uploads } from './uploader.js';

/** Fills the header for whoever is signed in. */
export function drawHeader(header) {
  const me = session.current();
  fill(header,
    h('a', { class: 'brand', href: albumsHash }, mark(), h('span', null, 'Albumen')),
    me && account(me));
}

function account(me) {
  const usage = h('div', { class: 'usage' });
  const menu = h('div', { class: 'menu', id: 'account-menu', popover: 'auto' },
    h('p', { class: 'menu-name' }, me.name), h('p', { class: 'menu-email' }, me.email), usage,
    h('a', { class: 'menu-link', href: '/reference.html' }, 'API reference'),
    h('button', { class: 'button is-wide', type: 'button', onclick: leave }, icon('leave'), 'Sign out'));
  drawUsage(usage, me);
  menu.addEventListener('toggle', async (event) => {
    if (event.newState !== 'open') return;
    try {
      drawUsage(usage, await session.refresh());
    } catch {
      // The numbers from before are good enough.
    }
  });
  const initial = [...me.name.trim()][0]?.toLocaleUpperCase() ?? '·';
  return [h('button', { class: 'account', type: 'button', 'aria-label': `Account of ${me.name}`, popovertarget: 'account-menu' },
    h('span', { class: 'account-egg', 'aria-hidden': 'true' }, initial)), menu];
}

function drawUsage(box, { usage, quota }) {
  if (!usage) return;
  fill(box, h('p', null, `${plural(usage.photos, 'photo')}, ${bytes(usage.bytes)}${quota ? ` of ${bytes(quota.bytes)}` : ''}`),
    quota && h('meter', { class: 'meter', min: 0, max: quota.bytes, value: usage.bytes, 'aria-label': 'Storage used' }));
}

async function leave() {
  if (uploads.summary.busy > 0 && !confirm('Uploads are still running. Sign out and stop them?')) return;
  try {
    await session.signOut();
  } catch (error) {
    notice(messageOf(error));
  }
}
