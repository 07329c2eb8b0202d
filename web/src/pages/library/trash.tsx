/** The trash: photos and albums that were deleted, and the days that are left. */

import { useMemo } from 'preact/hooks';
import {
  altOf, answer, api, ask, Empty, fromNow, Icon, keys, ListOf, Mark, messageOf, notice, once, PagedList,
  PhotoImage, text, type Trashed,
} from '../../shell';

const PAGE = 100;

/** What stands for something in the trash: a photo, or an album's cover. */
function pictureOf(item: Trashed) {
  return item.kind === 'photo' ? item.photo : item.album.cover;
}

const idOf = (item: Trashed) => (item.kind === 'photo' ? item.photo.id : item.album.id);

function restore(item: Trashed) {
  const header = once();
  if (item.kind === 'photo') {
    const params = { path: { photo: item.photo.id }, header };
    return answer(api.POST('/v1/photos/{photo}/restore', { params }));
  }
  const params = { path: { album: item.album.id }, header };
  return answer(api.POST('/v1/albums/{album}/restore', { params }));
}

export function TrashPage() {
  const list = useMemo(() => new PagedList<Trashed>(
    (cursor) => answer(api.GET('/v1/trash', { params: { query: { limit: PAGE, cursor } } })),
    (page) => keys.adopt(page.media, page.items.map(pictureOf)),
  ), []);
  const back = async (item: Trashed) => {
    try {
      await restore(item);
      list.drop((one) => idOf(one) === idOf(item));
      notice(text.library.restored);
    } catch (error) {
      notice(messageOf(error));
    }
  };
  const clear = async () => {
    const question = { title: text.library.empty, body: text.library.emptyQuestion };
    if (!await ask({ ...question, action: text.library.empty, danger: true })) return;
    try {
      const { photos, albums } = await answer(api.DELETE('/v1/trash'));
      await list.reload();
      notice(text.library.emptied(photos, albums));
    } catch (error) {
      notice(messageOf(error));
    }
  };
  const empty = <Empty title={text.library.noTrash}><p>{text.library.noTrashLead}</p></Empty>;
  return (
    <div class="page">
      <div class="page-head">
        <div><h1 tabIndex={-1}>{text.nav.trash}</h1><p class="lead">{text.library.trashLead}</p></div>
        {list.items.value.length > 0 && (
          <div class="page-actions">
            <button class="button" type="button" onClick={clear}><Icon name="trash" />{text.library.empty}</button>
          </div>
        )}
      </div>
      <ListOf list={list} empty={empty}>
        {(items) => (
          <ul class="trash" role="list">
            {items.map((item) => <TrashedCard key={idOf(item)} item={item} back={back} />)}
          </ul>
        )}
      </ListOf>
    </div>
  );
}

function TrashedCard({ item, back }: { item: Trashed; back: (item: Trashed) => void }) {
  const picture = pictureOf(item);
  const name = item.kind === 'photo' ? altOf(item.photo) : item.album.title;
  const id = item.kind === 'photo' ? item.photo.id : item.album.cover?.photo;
  return (
    <li class="trashed">
      <div class="trashed-picture">
        {picture && id ? <PhotoImage photo={picture} id={id} sizes="220px" alt="" /> : <Mark />}
      </div>
      <p class="row-title">{name}</p>
      <p class="row-detail">
        {item.kind === 'album' && `${text.library.album} · `}
        {text.library.goesFor(fromNow(item.purge_at))}
      </p>
      <button class="button is-small" type="button" onClick={() => back(item)}
        aria-label={`${text.library.restore} ${name}`}>
        {text.library.restore}
      </button>
    </li>
  );
}
