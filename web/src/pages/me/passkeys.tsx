/** Passkeys: those that the account has, another one, other names, and their end. */

import { useMemo } from 'preact/hooks';
import {
  addPasskey, answer, api, ask, Confirming, confirmationOf, day, Field, Form, ListOf, logMistake, messageOf, notice,
  PagedList, refresh, showDialog, takesPasskeys, text, type Passkey,
} from '../../shell';

export function Passkeys() {
  const list = useMemo(() => new PagedList<Passkey>(() => answer(api.GET('/v1/me/passkeys'))), []);
  return (
    <section class="me-section passkeys">
      <h2>{text.passkeys.title}</h2>
      <p class="lead">{text.passkeys.lead}</p>
      <ListOf list={list} empty={<p class="lead">{text.passkeys.none}</p>}>
        {(passkeys) => (
          <ul class="rows" role="list">
            {passkeys.map((passkey) => <PasskeyRow key={passkey.id} passkey={passkey} list={list} />)}
          </ul>
        )}
      </ListOf>
      {takesPasskeys()
        ? <button class="button" type="button" onClick={() => askForName(list)}>{text.passkeys.add}</button>
        : <p class="lead">{text.passkeys.unsupported}</p>}
    </section>
  );
}

interface RowProps {
  passkey: Passkey;
  list: PagedList<Passkey>;
}

function PasskeyRow({ passkey, list }: RowProps) {
  const told = [
    text.passkeys.since(day(passkey.created_at)),
    passkey.used_at ? text.passkeys.used(day(passkey.used_at)) : text.passkeys.unused,
    passkey.synced && text.passkeys.synced,
  ].filter(Boolean);
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title">{passkey.name}</p>
        <p class="row-detail">{told.join(' · ')}</p>
      </div>
      <div class="row-actions">
        <button class="button is-small" type="button" onClick={() => rename(passkey, list)}>
          {text.passkeys.rename}
        </button>
        <button class="button is-small" type="button" onClick={() => remove(passkey, list)}>
          {text.passkeys.remove}
        </button>
      </div>
    </li>
  );
}

function NameField({ name }: { name?: string }) {
  return (
    <Field name="name" label={text.passkeys.name} hint={text.passkeys.nameHint} required autocomplete="off"
      maxLength={100} defaultValue={name} />
  );
}

function askForName(list: PagedList<Passkey>) {
  showDialog(text.passkeys.add, (close) => {
    const submit = async (values: Record<string, string>) => {
      await addPasskey(values.name ?? '', await confirmationOf(values));
      close();
      list.reload();
      refresh().catch(logMistake);
      notice(text.passkeys.added);
    };
    return (
      <Form action={text.passkeys.add} submit={submit}>
        <p class="dialog-note">{text.passkeys.addLead}</p>
        <NameField />
        <Confirming />
      </Form>
    );
  });
}

function rename(passkey: Passkey, list: PagedList<Passkey>) {
  showDialog(text.passkeys.rename, (close) => {
    const submit = async ({ name = '' }: Record<string, string>) => {
      const params = { path: { passkey: passkey.id } };
      await answer(api.PATCH('/v1/me/passkeys/{passkey}', { params, body: { name } }));
      close();
      list.reload();
    };
    return (
      <Form action={text.save} submit={submit}>
        <NameField name={passkey.name} />
      </Form>
    );
  });
}

async function remove(passkey: Passkey, list: PagedList<Passkey>) {
  const question = {
    title: text.passkeys.removeOf(passkey.name), body: text.passkeys.removeLead, action: text.passkeys.remove,
    danger: true,
  };
  if (!await ask(question)) return;
  try {
    const params = { path: { passkey: passkey.id } };
    await answer(api.DELETE('/v1/me/passkeys/{passkey}', { params }));
    list.drop(({ id }) => id === passkey.id);
    notice(text.passkeys.removed);
    refresh().catch(logMistake);
  } catch (error) {
    notice(messageOf(error));
  }
}
