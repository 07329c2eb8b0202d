/** Modal dialogs on the platform's own `<dialog>`. */

import { h } from './h.js';
import { icon } from './icons.js';
import { field, form } from './forms.js';
import { createAlbum } from './api.js';
import { plural } from './format.js';

let count = 0;

/** Opens a dialog with a title; `close()` on the returned element takes it away again. */
function openDialog(title, content) {
  count += 1;
  const id = `dialog-${count}`;
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id },
    h('div', { class: 'dialog-head' },
      h('h2', { id }, title),
      h('button', { class: 'button is-icon', type: 'button', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'))),
    content);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('input, textarea')?.focus();
  return dialog;
}

/**
 * Asks for a new album; `made(album)` is called when there is one. `files` is how many photos
 * wait to go into it.
 */
export function newAlbumDialog({ title = '', files = 0, made }) {
  const dialog = openDialog('New album', form({
    fields: [
      files > 0 && h('p', { class: 'dialog-note' }, `${plural(files, 'photo')} will go into it.`),
      field({ name: 'title', label: 'Title', required: true, autocomplete: 'off', value: title, enterkeyhint: 'done' }),
      field({ name: 'description', label: 'Description', optional: true, type: 'textarea' }),
    ],
    action: 'Create album',
    submit: async (values) => {
      const description = values.description.trim();
      const album = await createAlbum({ title: values.title, ...(description && { description }) });
      dialog.close();
      made(album);
    },
  }));
}
