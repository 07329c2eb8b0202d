/** The way to the provider of single sign-on, from the page where people sign in. */

import { answer, api, once } from '../api/client';
import { keepDestination } from '../core/destination';
import { text } from '../i18n';
import { Form } from '../parts/forms';

/** Goes to the provider, and remembers where somebody was going. */
async function leave() {
  const begun = await answer(api.POST('/v1/single-sign-on', { params: { header: once() } }));
  keepDestination();
  location.assign(begun.address);
}

export function SignOnButton({ name }: { name: string }) {
  return (
    <div class="sign-on">
      <Form action={text.signOn.with(name)} second submit={leave}>{null}</Form>
    </div>
  );
}
