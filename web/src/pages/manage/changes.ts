/** Changes of many photos at once; each says what came of it, and how to take it back. */

import { answer, api, notice, once, text, type PhotoSet } from '../../shell';
import { forEach } from './each';

const ofPhoto = (photo: string) => ({ path: { photo } });

/** A list that photos can be taken out of. */
type Takes = Pick<PhotoSet, 'take'>;

/** An album as a place to put photos into. */
export interface Place {
  id: string;
  title: string;
}

export async function makeFavourites(ids: string[]) {
  // Those that were favourites before stay so when it is taken back.
  const before = new Map<string, boolean>();
  const put = async (id: string) => {
    const params = ofPhoto(id);
    const { favourite } = await answer(api.GET('/v1/photos/{photo}/favourite', { params }));
    // A step that failed may have arrived, and is repeated.
    if (!before.has(id)) before.set(id, favourite);
    await answer(api.PUT('/v1/photos/{photo}/favourite', { params }));
  };
  const done = await forEach(ids, put);
  if (done.size === 0) return;
  const fresh = [...done].filter((id) => !before.get(id));
  const take = (id: string) =>
    answer(api.DELETE('/v1/photos/{photo}/favourite', { params: ofPhoto(id) }));
  const undo = () => { forEach(fresh, take); };
  const action = fresh.length > 0 ? { label: text.undo, run: undo } : undefined;
  notice(text.selection.done.favourite(done.size), action);
}

export async function addTag(ids: string[], tag: string) {
  const put = (id: string) =>
    answer(api.PUT('/v1/photos/{photo}/tags', { params: { ...ofPhoto(id), query: { tag } } }));
  const done = await forEach(ids, put);
  const untag = (id: string) =>
    answer(api.DELETE('/v1/photos/{photo}/tags', { params: { ...ofPhoto(id), query: { tag } } }));
  if (done.size === 0) return;
  const undo = () => { forEach([...done], untag); };
  notice(text.selection.done.tag(done.size), { label: text.undo, run: undo });
}

function putInto(album: string, photo: string, from?: string) {
  const params = { path: { album, photo } };
  const body = from === undefined ? {} : { from };
  return answer(api.PUT('/v1/albums/{album}/photos/{photo}', { params, body }));
}

function takeOut(album: string, photo: string) {
  const params = { path: { album, photo } };
  return answer(api.DELETE('/v1/albums/{album}/photos/{photo}', { params }));
}

export async function copyTo(ids: string[], to: Place) {
  const done = await forEach(ids, (id) => putInto(to.id, id));
  if (done.size > 0) notice(text.selection.done.copy(done.size, to.title));
}

export async function moveTo(ids: string[], from: string, to: Place, photos: Takes) {
  const done = await forEach(ids, (id) => putInto(to.id, id, from));
  if (done.size === 0) return;
  const putBack = photos.take(done);
  const undo = async () => {
    await forEach([...done], (id) => putInto(from, id, to.id));
    putBack();
  };
  notice(text.selection.done.move(done.size, to.title), { label: text.undo, run: undo });
}

export async function removeFrom(ids: string[], album: string, photos: Takes) {
  const done = await forEach(ids, (id) => takeOut(album, id));
  if (done.size === 0) return;
  const putBack = photos.take(done);
  const undo = async () => {
    await forEach([...done], (id) => putInto(album, id));
    putBack();
  };
  notice(text.selection.done.remove(done.size), { label: text.undo, run: undo });
}

/** Puts photos into the trash. */
export async function trash(ids: string[], photos: Takes) {
  const remove = (id: string) =>
    answer(api.DELETE('/v1/photos/{photo}', { params: ofPhoto(id) }));
  const restore = (id: string) => {
    const params = { ...ofPhoto(id), header: once() };
    return answer(api.POST('/v1/photos/{photo}/restore', { params }));
  };
  const done = await forEach(ids, remove);
  if (done.size === 0) return;
  const putBack = photos.take(done);
  const undo = async () => {
    await forEach([...done], restore);
    putBack();
  };
  notice(text.selection.done.trash(done.size), { label: text.undo, run: undo });
}
