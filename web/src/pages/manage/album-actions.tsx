/** What the buttons of an album do: loaded when the first of them is pressed. */

import {
  albumsHash, answer, api, ask, attempt, Field, Form, go, me, notice, once, PagedList, showDialog, text,
  unchanged, type Album, type Photo,
} from '../../shell';
import { saveZip } from './zip';

export { showMembers } from './members';
export { showShares } from './shares';

/** The most photos of a page of the API. */
const PAGE = 500;

const ofAlbum = (album: Album) => ({ path: { album: album.id } });

export function editAlbum(album: Album, changed: (album: Album) => void) {
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
export function saveAll(album: Album) {
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

export async function remove(album: Album) {
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
  const undo = { label: text.undo, run: () => { attempt(restore); } };
  notice(text.manage.deleted(album.title), undo);
}

export async function leave(album: Album) {
  const body = text.manage.leaveQuestion(album.title);
  const user = me.value?.id;
  const title = text.manage.leave;
  if (!user || !await ask({ title, body, action: text.manage.leave, danger: true })) return;
  const params = { path: { album: album.id, user } };
  await answer(api.DELETE('/v1/albums/{album}/members/{user}', { params }));
  go(albumsHash);
}
