/** The links of an album: those that are open, and a new one with all its options. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import {
  answer, api, ask, Check, copy, day, Field, Form, ListOf, messageOf, notice, once, PagedList,
  showDialog, text, type Album, type NewShare, type Share,
} from '../../shell';
import { QrCode } from './qr-code';

export function showShares(album: Pick<Album, 'id' | 'title'>) {
  showDialog(text.share.title, () => <Shares album={album} />);
}

function Shares({ album }: { album: Pick<Album, 'id' | 'title'> }) {
  const made = useSignal<NewShare | null>(null);
  const list = useMemo(() => new PagedList<Share>((cursor) => {
    const params = { path: { album: album.id }, query: { cursor } };
    return answer(api.GET('/v1/albums/{album}/shares', { params }));
  }), [album.id]);
  const create = async (values: Record<string, string>) => {
    const params = { path: { album: album.id }, header: once() };
    const body = bodyOf(values);
    made.value = await answer(api.POST('/v1/albums/{album}/shares', { params, body }));
    list.reload();
  };
  return (
    <div class="shares">
      {made.value ? <Made share={made.value} title={album.title} /> : <NewShareForm create={create} />}
      <h3>{text.share.existing}</h3>
      <ListOf list={list} empty={<p class="dialog-note">{text.share.none}</p>}>
        {(shares) => (
          <ul class="rows" role="list">
            {shares.map((share) => <ShareRow key={share.id} share={share} list={list} />)}
          </ul>
        )}
      </ListOf>
    </div>
  );
}

/** Returns what the API takes of the form. */
function bodyOf(values: Record<string, string>) {
  const { name = '', password = '', expires = '' } = values;
  return {
    ...(name.trim() && { name: name.trim() }),
    ...(password && { password }),
    // Until the end of that day, on the clock of who shares.
    ...(expires && { expires_at: new Date(`${expires}T23:59:59`).toISOString() }),
    allow_original: 'original' in values,
    show_location: 'location' in values,
    allow_upload: 'upload' in values,
  };
}

/** The first day on which a link may end: `2026-05-03`. */
function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
}

function NewShareForm({ create }: { create: (values: Record<string, string>) => Promise<void> }) {
  return (
    <Form action={text.share.create} submit={create}>
      <p class="dialog-note">{text.share.lead}</p>
      <Field name="name" label={text.share.name} optional hint={text.share.nameHint} maxLength={100}
        autocomplete="off" />
      <Field name="password" label={text.share.password} optional type="password" minLength={10}
        autocomplete="new-password" />
      <Field name="expires" label={text.share.expires} optional type="date" min={tomorrow()} />
      <Check name="original" label={text.share.original} />
      <Check name="location" label={text.share.location} />
      <Check name="upload" label={text.share.upload} />
    </Form>
  );
}

function Made({ share, title }: { share: NewShare; title: string }) {
  const { url: address } = share;
  const send = () => { navigator.share({ title, url: address }).catch(() => {}); };
  return (
    <section class="made" aria-label={text.share.made}>
      <QrCode text={address} label={text.share.qr} />
      <div>
        <h3>{text.share.made}</h3>
        <p class="dialog-note">{text.share.once}</p>
        <input class="input" readOnly value={address} aria-label={text.share.made}
          onFocus={(event) => event.currentTarget.select()} />
        <div class="dialog-actions">
          {'share' in navigator && (
            <button class="button" type="button" onClick={send}>{text.share.send}</button>
          )}
          <button class="button is-primary" type="button" onClick={() => copy(address)}>
            {text.share.copyLink}
          </button>
        </div>
      </div>
    </section>
  );
}

function ShareRow({ share, list }: { share: Share; list: PagedList<Share> }) {
  const { options } = text.share;
  const told = [
    share.expires_at ? text.share.until(day(share.expires_at)) : text.share.since(day(share.created_at)),
    share.has_password && options.password,
    share.allow_original && options.original,
    share.show_location && options.location,
    share.allow_upload && options.upload,
  ].filter(Boolean);
  const revoke = async () => {
    const question = { title: text.share.revoke, body: text.share.revokeQuestion };
    if (!await ask({ ...question, action: text.share.revoke, danger: true })) return;
    try {
      await answer(api.DELETE('/v1/shares/{share}', { params: { path: { share: share.id } } }));
      list.drop(({ id }) => id === share.id);
      notice(text.share.revoked);
    } catch (error) {
      notice(messageOf(error));
    }
  };
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title">{share.name || text.share.unnamed}</p>
        <p class="row-detail">{told.join(' · ')}</p>
      </div>
      <button class="button is-small" type="button" onClick={revoke}>{text.share.revoke}</button>
    </li>
  );
}
