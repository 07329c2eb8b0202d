/** The way to the provider of single sign-on, from the page where people sign in. */

import { answer, api, albumsHash, Form, KEPT_FOR_SIGN_ON, once, text } from '../shell';

/** Goes to the provider, and remembers where somebody was going. */
async function leave() {
  const begun = await answer(api.POST('/v1/single-sign-on', { params: { header: once() } }));
  const { hash } = location;
  sessionStorage.setItem(KEPT_FOR_SIGN_ON, hash === '#/sign-in' ? albumsHash : hash);
  location.assign(begun.address);
}

export function SignOnButton({ name }: { name: string }) {
  return (
    <div class="sign-on">
      <Form action={text.signOn.with(name)} submit={leave}>{null}</Form>
    </div>
  );
}
