/** All albums, newest first. */

import {
  AlbumCard, AlbumsLoading, answer, api, albumHash, Empty, Field, Form, go, Icon, keys, ListOf,
  logMistake, notice, once, PagedList, pictures, showDialog, text, uploads, useDrops, whenForgotten,
  type Album, type Dropped,
} from '../shell';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const PAGE = 60;

function listAlbums() {
  return new PagedList<Album>(
    (cursor) => answer(api.GET('/v1/albums', { params: { query: { limit: PAGE, cursor } } })),
    (page) => keys.adopt(page.media, page.items.map(({ cover }) => cover)),
  );
}

/** Kept while an album is open, for a quick way back to the same place. */
let albums: PagedList<Album> | null = null;
whenForgotten(() => { albums = null; });

/** Asks for a new album; what was dropped goes into it, and a folder suggests its name. */
export function createAlbum(files: File[] = [], folder: string | null = null) {
  showDialog(text.albums.create, (close) => {
    const submit = async ({ title = '', description = '' }: Record<string, string>) => {
      const body = { title, ...(description.trim() && { description: description.trim() }) };
      const album = await answer(api.POST('/v1/albums', { body, params: { header: once() } }));
      close();
      if (files.length > 0) uploads.add(files, album);
      go(albumHash(album.id));
    };
    return (
      <Form action={text.albums.createAction} submit={submit}>
        {files.length > 0 && <p class="dialog-note">{text.albums.willHold(files.length)}</p>}
        <Field name="title" label={text.albums.titleField} required autocomplete="off"
          defaultValue={folder ?? ''} enterkeyhint="done" />
        <Field name="description" label={text.albums.description} optional type="textarea" />
      </Form>
    );
  });
}

function takeDrop({ files, folder }: Dropped) {
  const found = pictures(files).files;
  if (found.length > 0) createAlbum(found, folder);
  else notice(text.albums.noPicture);
}

/** For who has no album: the way to those of others, where there are any. */
function OfOthers() {
  const found = useSignal(false);
  useEffect(() => {
    const look = async () => {
      const shared = answer(api.GET('/v1/albums/shared-with-me', { params: { query: { limit: 1 } } }));
      const invitations = answer(api.GET('/v1/me/invitations'));
      const all = await Promise.all([shared, invitations]);
      found.value = all.some(({ items }) => items.length > 0);
    };
    look().catch(logMistake);
  }, []);
  return found.value ? <a class="button" href="#/sharing">{text.albums.ofOthers}</a> : null;
}

export function AlbumsPage() {
  albums ??= listAlbums();
  const list = albums;
  useDrops(takeDrop);
  useEffect(() => {
    // What is there is shown at once, and brought up to date.
    if (list.started.peek()) list.reload();
  }, [list]);
  const button = (
    <button class="button is-primary" type="button" onClick={() => createAlbum()}>
      <Icon name="add" />{text.albums.create}
    </button>
  );
  const empty = (
    <Empty title={text.albums.first}>
      <p class="for-mouse">{text.albums.firstLead}</p>
      <p class="for-touch">{text.albums.firstTouch}</p>
      {button}
      <OfOthers />
    </Empty>
  );
  const none = list.complete.value && list.items.value.length === 0;
  return (
    <div class="page albums">
      <div class="page-head">
        <h1 tabIndex={-1}>{text.albums.title}</h1>
        <div class="page-actions">{!none && button}</div>
      </div>
      <div class="albums-body">
        <ListOf list={list} empty={empty} loading={<AlbumsLoading />}>
          {(items) => (
            <ul class="mounts" role="list">
              {items.map((album) => <AlbumCard key={album.id} album={album} href={albumHash(album.id)} />)}
            </ul>
          )}
        </ListOf>
      </div>
    </div>
  );
}
