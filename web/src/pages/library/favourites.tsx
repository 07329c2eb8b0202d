/** The caller's favourites, newest first. */

import { useMemo } from 'preact/hooks';
import { answer, api, Empty, PhotoSet, Selection, text } from '../../shell';
import { PhotoList } from './photo-list';

const PAGE = 100;

export function FavouritesPage() {
  const photos = useMemo(() => new PhotoSet((cursor) => {
    const query = { favourite: true, limit: PAGE, cursor };
    return answer(api.GET('/v1/search', { params: { query } }));
  }), []);
  const selection = useMemo(() => new Selection(), []);
  const empty = <Empty title={text.library.noFavourites}><p>{text.library.noFavouritesLead}</p></Empty>;
  return (
    <div class="page">
      <div class="page-head"><h1 tabIndex={-1}>{text.nav.favourites}</h1></div>
      <PhotoList photos={photos} selection={selection} title={text.nav.favourites}
        base="#/favourites" empty={empty} />
    </div>
  );
}
