/** Signing in and signing up. */

import { h } from '../h.js';
import { field, form } from '../forms.js';
import { mark } from '../icons.js';
import * as session from '../session.js';

const EMAIL = { name: 'email', label: 'E-mail', type: 'email', required: true, inputmode: 'email', autocapitalize: 'none', spellcheck: 'false' };

function page(title, lead, body, other) {
  const node = h('div', { class: 'sign' },
    h('div', { class: 'sign-picture', 'aria-hidden': 'true' },
      h('div', { class: 'sign-mount' }, mark(), h('p', { class: 'sign-imprint' }, 'Albumen'))),
    h('div', { class: 'sign-form' },
      h('h1', { tabindex: '-1' }, title),
      h('p', { class: 'lead' }, lead),
      body,
      h('p', { class: 'sign-other' }, other),
      h('p', { class: 'sign-api' }, h('a', { href: '/reference.html' }, 'API reference'))));
  return { node, title, destroy() {} };
}

/** `expected` says that somebody was on their way to a page that needs signing in. */
export function signInView({ expected }) {
  return page('Sign in',
    expected ? 'Sign in to see this page.' : 'Your photographs are where you left them.',
    form({
      fields: [
        field({ ...EMAIL, autocomplete: 'username' }),
        field({ name: 'password', label: 'Password', type: 'password', required: true, autocomplete: 'current-password' }),
      ],
      action: 'Sign in',
      submit: ({ email, password }) => session.signIn(email, password),
      otherwise: { 'wrong-credentials': { message: 'That e-mail and password do not belong together.' } },
    }),
    ['New here? ', h('a', { href: '#/sign-up' }, 'Create an account')]);
}

export function signUpView() {
  return page('Create your account', 'An album for every occasion, and every photograph kept exactly as it was taken.',
    form({
      fields: [
        field({ name: 'name', label: 'Name', required: true, autocomplete: 'name' }),
        field({ ...EMAIL, autocomplete: 'username' }),
        field({ name: 'password', label: 'Password', type: 'password', required: true, autocomplete: 'new-password', hint: 'At least 10 characters. A few uncommon words are strong and easy to keep.' }),
      ],
      action: 'Create account',
      submit: (user) => session.signUp(user),
      otherwise: { 'email-taken': { field: 'email', message: 'There is an account with this e-mail already. Sign in instead?' } },
    }),
    ['Have an account? ', h('a', { href: '#/sign-in' }, 'Sign in')]);
}
