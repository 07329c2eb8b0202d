/** The tray at the foot of the page: every upload with its bar, and all of them in sum. */

import { h, fill } from './h.js';
import { messageOf } from './forms.js';
import { bytes, plural } from './format.js';
import { icon } from './icons.js';
import { say } from './live.js';

const WORDS = {
  queued: 'Waiting', hashing: 'Reading', announcing: 'Preparing', uploading: 'Uploading',
  processing: 'Developing', ready: 'Done', duplicate: 'Already yours, added without uploading',
};

function words(upload) {
  if (upload.state === 'failed') return messageOf(upload.error);
  if (upload.waiting) return 'Connection trouble, trying again';
  if (upload.state === 'uploading') return `${bytes(upload.sent)} of ${bytes(upload.file.size)}`;
  return WORDS[upload.state];
}

/** One file's line; `update` redraws it. */
function line(upload, queue) {
  const text = h('p', { class: 'line-text' });
  const bar = h('progress', { class: 'bar', max: upload.file.size || 1, 'aria-label': upload.file.name });
  const actions = h('div', { class: 'line-actions' });
  const node = h('li', { class: 'line' }, h('p', { class: 'line-name', title: upload.file.name }, upload.file.name), actions, bar, text);
  const button = (label, name, onclick) =>
    h('button', { class: 'button is-icon is-quiet', type: 'button', 'aria-label': `${label} ${upload.file.name}`, title: label, onclick }, icon(name));
  let state = null;
  const update = () => {
    text.textContent = words(upload);
    if (upload.state === 'processing' || upload.state === 'hashing') bar.removeAttribute('value');
    else bar.value = upload.settled && upload.state !== 'failed' ? bar.max : upload.sent;
    if (state === upload.state) return;
    state = upload.state;
    node.dataset.state = state;
    fill(actions,
      state === 'failed' && button('Retry', 'retry', () => queue.retry(upload)),
      (state === 'failed' || state === 'queued') && button('Remove', 'close', () => queue.dismiss(upload)),
      (state === 'ready' || state === 'duplicate') && h('span', { class: 'line-done' }, icon(state === 'ready' ? 'check' : 'copy')));
  };
  update();
  return { node, update };
}

/** `{ title, detail }` of everything together. */
function sum({ all, done, failed, busy, processing, duplicates }) {
  const notes = [failed > 0 && `${failed} failed`, duplicates > 0 && `${duplicates} already yours`].filter(Boolean).join(', ');
  if (busy > 0) return { title: `Uploading ${(all - busy + 1).toLocaleString()} of ${all.toLocaleString()}`, detail: notes };
  if (processing > 0) return { title: `Developing ${plural(processing, 'photo')}`, detail: notes };
  if (failed > 0 && done === 0) return { title: `${plural(failed, 'upload')} failed`, detail: '' };
  return { title: `${plural(done, 'photo')} added`, detail: notes };
}

/** The tray of a queue; hidden while there is nothing in it. */
export function tray(queue) {
  const lines = new Map();
  const changed = new Set();
  let frame = 0;
  let open = true;
  let said = '';
  const title = h('h2', { class: 'tray-title' });
  const detail = h('p', { class: 'tray-detail' });
  const bar = h('progress', { class: 'bar', 'aria-label': 'All uploads' });
  const list = h('ul', { class: 'tray-list', role: 'list', id: 'tray-list' });
  const retry = h('button', { class: 'button is-small', type: 'button', onclick: () => queue.retryFailed() }, icon('retry'), 'Retry all');
  const toggle = h('button', { class: 'button is-icon is-quiet', type: 'button', 'aria-controls': 'tray-list', onclick: () => show(!open) });
  const close = h('button', { class: 'button is-icon is-quiet', type: 'button', 'aria-label': 'Clear finished uploads', title: 'Clear', onclick: () => queue.dismissSettled() }, icon('close'));
  const node = h('section', { class: 'tray', 'aria-label': 'Uploads', hidden: true },
    h('div', { class: 'tray-head' }, h('div', { class: 'tray-words' }, title, detail), retry, toggle, close), bar, list);

  function show(value) {
    open = value;
    list.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
    toggle.setAttribute('aria-label', open ? 'Hide the list' : 'Show the list');
    fill(toggle, icon(open ? 'down' : 'up'));
  }

  function relist() {
    const wanted = new Set(queue.uploads);
    for (const [upload, { node: old }] of lines) {
      if (wanted.has(upload)) continue;
      old.remove();
      lines.delete(upload);
    }
    for (const upload of queue.uploads) {
      if (lines.has(upload)) continue;
      lines.set(upload, line(upload, queue));
      list.append(lines.get(upload).node);
    }
    // On a phone many lines would cover the page; the sum stays in view.
    if (node.hidden && queue.uploads.length > 0) show(innerWidth >= 700 || queue.uploads.length <= 3);
    node.hidden = queue.uploads.length === 0;
    document.body.classList.toggle('has-tray', !node.hidden);
  }

  function draw() {
    frame = 0;
    if (changed.delete(null)) relist();
    for (const upload of changed) lines.get(upload)?.update();
    changed.clear();
    const summary = queue.summary;
    const text = sum(summary);
    title.textContent = text.title;
    detail.textContent = text.detail;
    bar.max = summary.bytes || 1;
    bar.value = summary.sent;
    const over = summary.busy === 0 && summary.processing === 0;
    node.classList.toggle('is-over', over);
    retry.hidden = summary.failed < 2;
    close.hidden = !over;
    announce(summary, text, over);
  }

  /** Every tenth of the way, and the end. */
  function announce({ all, busy }, text, over) {
    const step = over ? `${text.title} ${text.detail}` : String(Math.floor((10 * (all - busy)) / all));
    if (all === 0 || step === said) return;
    said = step;
    say([text.title, text.detail].filter(Boolean).join(', '));
  }

  queue.listen((upload) => {
    changed.add(upload);
    // Not by animation frame: those stop in a hidden tab, and its title bar still counts.
    frame ||= setTimeout(draw, 50);
  });
  return node;
}
