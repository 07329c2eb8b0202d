/** Forms that show a problem next to the field it names. */

import { h, fill } from './h.js';
import { ApiError } from './api.js';
import { icon } from './icons.js';

let count = 0;

/** What people call the fields of an announced photo. */
const FIELDS = { name: 'The file name', size: 'The file', content_type: 'The type', sha256: 'The checksum' };

/**
 * A labelled input: `{ name, label, type?, hint?, optional?, ...attributes }`; `type: 'textarea'`
 * makes a text area. Returns the element; `showProblem` finds the input by its name.
 */
export function field({ name, label, hint = null, optional = false, type = 'text', ...attributes }) {
  count += 1;
  const id = `field-${count}`;
  const common = { id, name, class: 'input', 'aria-describedby': `${id}-hint ${id}-error`, ...attributes };
  const input = type === 'textarea' ? h('textarea', { ...common, rows: 3 }) : h('input', { ...common, type });
  input.addEventListener('input', () => clear(input));
  return h('div', { class: 'field' },
    h('label', { class: 'label', for: id }, label, optional && h('span', { class: 'optional' }, ' optional')),
    input,
    h('p', { class: 'hint', id: `${id}-hint` }, hint),
    h('p', { class: 'field-error', id: `${id}-error` }));
}

function clear(input) {
  input.removeAttribute('aria-invalid');
  document.getElementById(`${input.id}-error`).textContent = '';
}

function mark(input, message) {
  input.setAttribute('aria-invalid', 'true');
  document.getElementById(`${input.id}-error`).textContent = message;
}

/**
 * A form: fields, a button, and a place for what went wrong as a whole. `submit(values)` may
 * throw; `otherwise` turns a problem's slug into `{ field, message }` where it names no field.
 */
export function form({ fields, action, extra = null, submit, otherwise = {} }) {
  const alert = h('p', { class: 'form-error', role: 'alert' });
  const button = h('button', { class: 'button is-primary is-wide', type: 'submit' }, action);
  const element = h('form', { class: 'form', novalidate: true }, fields, alert,
    h('div', { class: 'form-actions' }, extra, button));
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled || !complete(element)) return;
    alert.textContent = '';
    button.disabled = true;
    element.setAttribute('aria-busy', 'true');
    try {
      await submit(Object.fromEntries(new FormData(element)));
    } catch (error) {
      showProblem(element, alert, error, otherwise);
    } finally {
      button.disabled = false;
      element.removeAttribute('aria-busy');
    }
  });
  return element;
}

/** The checks of the browser, in our place and style rather than in its bubbles. */
function complete(element) {
  const wrong = [...element.elements].filter((input) => input.willValidate && !input.checkValidity());
  for (const input of wrong) mark(input, input.validationMessage);
  wrong[0]?.focus();
  return wrong.length === 0;
}

function showProblem(element, alert, error, otherwise) {
  if (!(error instanceof ApiError)) {
    if (!('passing' in error)) console.error(error);
    alert.textContent = error.message;
    return;
  }
  const known = otherwise[error.slug];
  const named = known?.field ? [{ field: known.field, detail: known.message }] : error.fields;
  const homeless = named.filter(({ field: name, detail }) => {
    const input = element.elements[name];
    if (input) mark(input, sentence(input.labels[0].firstChild.textContent, detail));
    return !input;
  });
  if (named.length === 0) alert.textContent = known?.message ?? messageOf(error);
  else alert.textContent = homeless.map(({ field: name, detail }) => sentence(name, detail)).join(' ');
  element.querySelector('[aria-invalid]')?.focus();
}

/** The API says what is wrong as the rest of a sentence: `must have 1 to 100 characters`. */
function sentence(subject, detail) {
  const text = /^\p{Ll}/u.test(detail) ? `${subject} ${detail}` : detail;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What to tell people about a failure, with the request's id where support may ask for it. */
export function messageOf(error) {
  if (!(error instanceof ApiError)) return error.message;
  if (error.status === 429) return `Too many attempts. Try again ${error.retryAfter ? `in ${error.retryAfter} seconds` : 'in a moment'}.`;
  if (error.fields.length > 0) return error.fields.map(({ field: name, detail }) => sentence(FIELDS[name] ?? name, detail)).join(' ');
  if (error.status < 500) return error.message;
  const reference = error.requestId ? ` (reference ${error.requestId})` : '';
  return `Something went wrong on our side. Try again in a moment.${reference}`;
}

/** A block in place of content that could not be loaded, with a way to try again. */
export function failure(error, retry) {
  const box = h('div', { class: 'failure', role: 'alert' });
  return fill(box, icon('warning'), h('p', null, messageOf(error)),
    retry && h('button', { class: 'button', type: 'button', onclick: retry }, icon('retry'), 'Try again'));
}
