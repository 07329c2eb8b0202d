/** All tags, with how many photos have each. */

import { useMemo } from 'preact/hooks';
import { answer, api, Empty, ListOf, number, PagedList, text, type TagWithCount } from '../../shell';

const PAGE = 500;

export function TagsPage() {
  const list = useMemo(() => new PagedList<TagWithCount>(
    (cursor) => answer(api.GET('/v1/tags', { params: { query: { limit: PAGE, cursor } } })),
  ), []);
  const empty = <Empty title={text.library.noTags}><p>{text.library.noTagsLead}</p></Empty>;
  return (
    <div class="page">
      <div class="page-head"><h1 tabIndex={-1}>{text.nav.tags}</h1></div>
      <ListOf list={list} empty={empty}>
        {(tags) => (
          <ul class="tag-cloud" role="list">
            {tags.map(({ tag, photos }) => (
              <li key={tag}>
                <a class="tag" href={`#/search?tag=${encodeURIComponent(tag)}`}>
                  {tag} <span class="tag-count" aria-label={text.photos(photos)}>{number(photos)}</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </ListOf>
    </div>
  );
}
