/** What can be done with an album as a whole. */

import {
  albumsHash, answer, api, ask, Field, Form, go, Icon, logMistake, me, messageOf, notice, once, PagedList,
  showDialog, text, unchanged, type Album, type IconName, type Photo,
} from '../../shell';
import { showMembers } from './members';
import { showShares } from './shares';
import { saveZip } from './zip';

export interface AlbumMenuProps {
  album: Album;
  changed: (album: Album) => void;
}

/** The most photos of a page of the API. */
const PAGE = 500;

export function AlbumMenu({ album, changed }: AlbumMenuProps) {
  const mine = album.role === 'owner';
  return (
    <>
      {mine && <Tool icon="share" label={text.manage.share} act={() => showShares(album)} />}
      {mine && <Tool icon="people" label={text.manage.members} act={() => showMembers(album)} />}
      {mine && <Tool icon="edit" label={text.manage.edit} act={() => editAlbum(album, changed)} />}
      <Tool icon="download" label={text.manage.download} act={() => guarded(() => saveAll(album))} />
      {mine && <Tool icon="trash" label={text.manage.deleteAlbum} act={() => guarded(() => remove(album))} />}
      {!mine && <Tool icon="leave" label={text.manage.leave} act={() => guarded(() => leave(album))} />}
    </>
  );
}

function Tool({ icon, label, act }: { icon: IconName; label: string; act: () => void }) {
  return (
    <button class="button is-icon" type="button" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

async function guarded(act: () => Promise<unknown>) {
  try {
    await act();
  } catch (error) {
    logMistake(error);
    notice(messageOf(error));
  }
}

const ofAlbum = (album: Album) => ({ path: { album: album.id } });

function editAlbum(album: Album, changed: (album: Album) => void) {
  showDialog(text.manage.edit, (close) => {
    const submit = async ({ title = '', description = '' }: Record<string, string>) => {
      const params = { ...ofAlbum(album), header: unchanged(album) };
      const body = { title, description: description.trim() };
      changed(await answer(api.PATCH('/v1/albums/{album}', { params, body })));
      close();
    };
    return (
      <Form action={text.save} submit={submit}>
        <Field name="title" label={text.albums.titleField} required defaultValue={album.title}
          autocomplete="off" />
        <Field name="description" label={text.albums.description} optional type="textarea"
          defaultValue={album.description} />
      </Form>
    );
  });
}

/** Saves all originals of an album. */
function saveAll(album: Album) {
  return saveZip(() => listAll(album), album.title);
}

/** Resolves with every photo that is ready. */
async function listAll(album: Album): Promise<Photo[]> {
  const list = new PagedList<Photo>((cursor) => {
    const params = { ...ofAlbum(album), query: { limit: PAGE, cursor } };
    return answer(api.GET('/v1/albums/{album}/photos', { params }));
  });
  while (!list.complete.value) {
    await list.more();
    if (list.failure.value) throw list.failure.value;
  }
  return list.items.value.filter(({ status }) => status === 'ready');
}

async function remove(album: Album) {
  const body = text.manage.deleteQuestion(album.title);
  const title = text.manage.deleteAlbum;
  if (!await ask({ title, body, action: text.delete, danger: true })) return;
  await answer(api.DELETE('/v1/albums/{album}', { params: ofAlbum(album) }));
  go(albumsHash);
  const restore = async () => {
    const params = { ...ofAlbum(album), header: once() };
    await answer(api.POST('/v1/albums/{album}/restore', { params }));
    go(`#/albums/${album.id}`);
  };
  const undo = { label: text.undo, run: () => { guarded(restore); } };
  notice(text.manage.deleted(album.title), undo);
}

async function leave(album: Album) {
  const body = text.manage.leaveQuestion(album.title);
  const user = me.value?.id;
  const title = text.manage.leave;
  if (!user || !await ask({ title, body, action: text.manage.leave, danger: true })) return;
  const params = { path: { album: album.id, user } };
  await answer(api.DELETE('/v1/albums/{album}/members/{user}', { params }));
  go(albumsHash);
}
