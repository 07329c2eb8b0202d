/** What was done in the account, newest first. */

import { useMemo } from 'preact/hooks';
import {
  answer, api, ListOf, PagedList, text, when, type Activity, type Page,
} from '../../shell';

const PAGE = 50;

/** Resolves with a page; what is still being collected is an empty one. */
async function load(cursor: string | undefined): Promise<Page<Activity>> {
  const params = { query: { limit: PAGE, cursor } };
  const found = await answer(api.GET('/v1/me/activity', { params }));
  return 'items' in found ? found : { items: [], next: null };
}

/** What was done, in words; a name of which the page has not heard stands for itself. */
function wordsOf({ action, context }: Activity): string {
  const known: Record<string, string> = text.me.actions;
  const what = known[action] ?? action.replaceAll('-', ' ');
  return typeof context.title === 'string' ? `${what}: ${context.title}` : what;
}

export function Activities() {
  const list = useMemo(() => new PagedList<Activity>(load), []);
  return (
    <details class="me-section is-wide">
      <summary><h2>{text.me.activity}</h2></summary>
      <ListOf list={list} empty={<p class="lead">{text.me.activityNone}</p>}>
        {(all) => (
          <ul class="rows" role="list">
            {all.map((one) => (
              <li class="row" key={one.id}>
                <p class="row-title row-words">{wordsOf(one)}</p>
                <p class="row-detail">{when(one.at)}</p>
              </li>
            ))}
          </ul>
        )}
      </ListOf>
    </details>
  );
}
