/** The pages by which a program of this machine signs in: `albumen login --browser` opens the first. */

import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  address, answer, api, CodeFieldIfOn, codeOf, Form, Frame, me, Missing, once, OwnPassword, text,
} from '../../shell';
import { publicKey, seal } from './seal';

/** Ports that a program may have been given by the system. */
const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65535;

/** Returns the port that an address names, or `null`. */
function portOf(query: URLSearchParams): number | null {
  const port = Number(query.get('port'));
  return Number.isInteger(port) && port >= LOWEST_PORT && port <= HIGHEST_PORT ? port : null;
}

export function ConnectPage() {
  const query = address.value.query;
  const port = portOf(query);
  const key = useSignal<CryptoKey | null | undefined>(undefined);
  useEffect(() => {
    publicKey(query.get('key') ?? '').then((found) => { key.value = found; });
  }, [query]);
  if (key.value === undefined) return null;
  if (!key.value || port === null) {
    return <div class="page"><Missing message={text.connect.incomplete} /></div>;
  }
  return <Connect port={port} recipient={key.value} name={query.get('name') || 'albumen'} />;
}

interface ConnectProps {
  port: number;
  recipient: CryptoKey;
  name: string;
}

function Connect({ port, recipient, name }: ConnectProps) {
  const email = useComputed(() => me.value?.email ?? '');
  const submit = async (values: Record<string, string>) => {
    const body = { email: email.value, password: values.password ?? '', name, ...codeOf(values) };
    const session = await answer(api.POST('/v1/sessions', { body, params: { header: once() } }));
    const { id, token, expires_at } = session;
    const sealed = await seal(recipient, JSON.stringify({ id, token, expires_at }));
    location.assign(`http://127.0.0.1:${port}/?sealed=${sealed}`);
  };
  return (
    <Frame title={text.connect.title} lead={text.connect.lead(name, email.value)}
      other={<a href="#/">{text.connect.refuse}</a>}>
      <p class="dialog-note">{text.connect.warning}</p>
      <Form action={text.connect.allow} submit={submit}
        otherwise={{ 'wrong-credentials': { field: 'password', message: text.me.wrongPassword } }}>
        <OwnPassword />
        <CodeFieldIfOn />
      </Form>
    </Frame>
  );
}

/** Where the program leads the browser once it has its session. */
export function ConnectedPage() {
  return (
    <Frame title={text.connect.done} lead={text.connect.doneLead} other={<a href="#/">{text.mailed.on}</a>}>
      {null}
    </Frame>
  );
}
