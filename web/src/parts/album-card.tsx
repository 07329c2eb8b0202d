/** Albums as prints on board. */

import type { Album } from '../api/types';
import { text } from '../i18n';
import { Mark } from './icons';
import { PhotoImage } from './photo-image';

const COVER_SIZES = '(min-width: 700px) 260px, 45vw';

/** An album as a mounted print. */
export function AlbumCard({ album, href }: { album: Omit<Album, 'role'>; href: string }) {
  const { cover, photo_count: count } = album;
  return (
    <li class="mount">
      <a class="mount-link" href={href}>
        <div class="mount-picture">
          {cover
            ? <PhotoImage photo={cover} id={cover.photo} sizes={COVER_SIZES} alt="" />
            : <div class="mount-empty"><Mark /></div>}
        </div>
        <div class="mount-caption">
          <h2 class="mount-title" dir="auto">{album.title}</h2>
          <p class="mount-count">{count === 0 ? text.albums.none : text.photos(count)}</p>
        </div>
      </a>
    </li>
  );
}

export function AlbumsLoading() {
  return (
    <ul class="mounts is-loading" aria-label={text.albums.loading}>
      {[1, 2, 3, 4].map((key) => (
        <li class="mount" key={key}><div class="mount-picture" /><div class="mount-caption" /></li>
      ))}
    </ul>
  );
}
