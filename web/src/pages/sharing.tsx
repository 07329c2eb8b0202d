/** What others share with the caller. */

import { useMemo } from 'preact/hooks';
import {
  AlbumCard, AlbumsLoading, albumHash, answer, api, Empty, go, keys, ListOf, PagedList, text,
  type ReceivedInvitation, type SharedAlbum,
} from '../shell';
import { accept, decline, invitationWords } from './invitation';

const PAGE = 60;

export function SharingPage() {
  const list = useMemo(() => new PagedList<SharedAlbum>(async (cursor) => {
    const params = { query: { limit: PAGE, cursor } };
    const page = await answer(api.GET('/v1/albums/shared-with-me', { params }));
    // Each is of another owner, with a signature of its own.
    for (const album of page.items) keys.adopt(album.media, [album.cover]);
    return page;
  }), []);
  const empty = <Empty title={text.sharing.none}><p>{text.sharing.noneLead}</p></Empty>;
  return (
    <div class="page">
      <div class="page-head"><h1 tabIndex={-1}>{text.sharing.title}</h1></div>
      <Waiting />
      <ListOf list={list} empty={empty} loading={<AlbumsLoading />}>
        {(albums) => (
          <ul class="mounts" role="list">
            {albums.map((album) => <AlbumCard key={album.id} album={album} href={albumHash(album.id)} />)}
          </ul>
        )}
      </ListOf>
    </div>
  );
}

/** The invitations that wait for an answer. */
function Waiting() {
  const list = useMemo(() => new PagedList<ReceivedInvitation>(
    () => answer(api.GET('/v1/me/invitations')),
  ), []);
  return (
    <ListOf list={list} empty={null} loading={<></>}>
      {(invitations) => (
        <section class="waiting" aria-label={text.invitation.waiting}>
          <h2>{text.invitation.waiting}</h2>
          <ul class="rows" role="list">
            {invitations.map((one) => <WaitingRow key={one.id} invitation={one} list={list} />)}
          </ul>
        </section>
      )}
    </ListOf>
  );
}

interface RowProps {
  invitation: ReceivedInvitation;
  list: PagedList<ReceivedInvitation>;
}

function WaitingRow({ invitation, list }: RowProps) {
  const drop = () => list.drop(({ id }) => id === invitation.id);
  const join = () => list.attempt(async () => {
    go(albumHash(await accept(invitation.id)));
    drop();
  });
  const refuse = () => list.attempt(async () => {
    if (await decline(invitation)) drop();
  });
  return (
    <li class="row">
      <p class="row-title row-words">{invitationWords(invitation)}</p>
      <div class="row-actions">
        <button class="button is-small is-primary" type="button" onClick={join}>{text.invitation.accept}</button>
        <button class="button is-small" type="button" onClick={refuse}>{text.invitation.decline}</button>
      </div>
    </li>
  );
}
