/** Asks for one of the caller's albums. */

import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import {
  answer, api, keys, ListOf, PagedList, PhotoImage, Mark, showDialog, text, type Album,
} from '../../shell';
import type { Place } from './changes';

const PAGE = 100;

/** Shows the albums but one, below what is said of it, and calls `chosen` with the one that is pressed. */
export function chooseAlbum(
  title: string, but: string | undefined, chosen: (to: Place) => void, above: ComponentChildren = null,
) {
  showDialog(title, (close) => {
    const take = (album: Album) => {
      close();
      chosen(album);
    };
    return <>{above}<Albums but={but} take={take} /></>;
  });
}

function Albums({ but, take }: { but: string | undefined; take: (album: Album) => void }) {
  const list = useMemo(() => new PagedList<Album>(
    (cursor) => answer(api.GET('/v1/albums', { params: { query: { limit: PAGE, cursor } } })),
    (page) => keys.adopt(page.media, page.items.map(({ cover }) => cover)),
  ), []);
  const none = <p class="dialog-note">{text.selection.noAlbum}</p>;
  return (
    <ListOf list={list} empty={none}>
      {(items) => {
        const others = items.filter(({ id }) => id !== but);
        if (others.length === 0) return none;
        return (
          <ul class="choices" role="list">
            {others.map((album) => <Choice key={album.id} album={album} take={take} />)}
          </ul>
        );
      }}
    </ListOf>
  );
}

function Choice({ album, take }: { album: Album; take: (album: Album) => void }) {
  const { cover } = album;
  return (
    <li>
      <button class="choice" type="button" onClick={() => take(album)}>
        <span class="choice-picture">
          {cover ? <PhotoImage photo={cover} id={cover.photo} sizes="56px" alt="" /> : <Mark />}
        </span>
        <span class="choice-title" dir="auto">{album.title}</span>
        <span class="choice-count">{text.photos(album.photo_count)}</span>
      </button>
    </li>
  );
}
