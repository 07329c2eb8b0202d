/** The devices that are signed in, and keys for programs. */

import { useMemo } from 'preact/hooks';
import {
  answer, api, Check, codeOf, Confirming, copy, day, Field, Form, isByPasskey, ListOf, makeKeyByPasskey, me, messageOf,
  notice, once, PagedList, showDialog, text, type Session,
} from '../../shell';

export function Sessions() {
  const list = useMemo(() => new PagedList<Session>(() => answer(api.GET('/v1/sessions'))), []);
  return (
    <section class="me-section">
      <h2>{text.me.sessions}</h2>
      <ListOf list={list} empty={null}>
        {(sessions) => (
          <ul class="rows" role="list">
            {sessions.map((session) => <SessionRow key={session.id} session={session} list={list} />)}
          </ul>
        )}
      </ListOf>
      <button class="button" type="button" onClick={() => newKey(list)}>{text.me.newKey}</button>
    </section>
  );
}

function SessionRow({ session, list }: { session: Session; list: PagedList<Session> }) {
  const end = async () => {
    try {
      const params = { path: { session: session.id } };
      await answer(api.DELETE('/v1/sessions/{session}', { params }));
      list.drop(({ id }) => id === session.id);
      notice(text.me.ended);
    } catch (error) {
      notice(messageOf(error));
    }
  };
  const told = [
    session.current && text.me.thisOne,
    text.me.since(day(session.created_at)),
    text.me.until(day(session.expires_at)),
  ].filter(Boolean);
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title">{session.name || text.me.unnamed}</p>
        <p class="row-detail">{told.join(' · ')}</p>
      </div>
      {!session.current && (
        <button class="button is-small" type="button" onClick={end}>{text.me.end}</button>
      )}
    </li>
  );
}

/** Makes a session for a program, whose token is shown once. */
function newKey(list: PagedList<Session>) {
  showDialog(text.me.newKey, (close) => {
    const submit = async (values: Record<string, string>) => {
      const key = await makeKey(values);
      close();
      list.reload();
      showDialog(text.me.newKey, () => <MadeKey token={key.token ?? ''} />);
    };
    return (
      <Form action={text.me.newKey} submit={submit}
        otherwise={{ 'wrong-credentials': { field: 'password', message: text.me.wrongPassword } }}>
        <p class="dialog-note">{text.me.keyLead}</p>
        <Field name="name" label={text.me.keyName} required autocomplete="off" maxLength={100} />
        <Check name="write" label={text.me.keyWrite} />
        <Confirming />
      </Form>
    );
  });
}

/** Makes it: a key is a log-in, by the password or by a passkey. */
async function makeKey(values: Record<string, string>) {
  const { name = '', password = '' } = values;
  const scopes: ('read' | 'write')[] = 'write' in values ? ['read', 'write'] : ['read'];
  if (isByPasskey(values)) return makeKeyByPasskey({ name, scopes, user: me.value?.id });
  const body = { email: me.value?.email ?? '', password, name, scopes, ...codeOf(values) };
  return answer(api.POST('/v1/sessions', { body, params: { header: once() } }));
}

function MadeKey({ token }: { token: string }) {
  return (
    <>
      <p class="dialog-note">{text.me.keyMade}</p>
      <input class="input" readOnly value={token} aria-label={text.me.newKey}
        onFocus={(event) => event.currentTarget.select()} />
      <div class="dialog-actions">
        <button class="button is-primary" type="button" onClick={() => copy(token)}>{text.copy}</button>
      </div>
    </>
  );
}
