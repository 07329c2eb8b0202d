/** Photos of this day in other years. */

import { useMemo } from 'preact/hooks';
import { answer, api, Empty, PhotoSet, Selection, text, type Photo } from '../../shell';
import { PhotoList } from './photo-list';

const PAGE = 100;
/** Months of the timeline that one request gives: forty years. */
const MONTHS = 500;

/** Returns the days to look at: this day of each earlier year with photos in its month. */
export function sameDays(months: readonly string[], today: Date): string[] {
  const month = String(today.getMonth() + 1).padStart(2, '0');
  const day = String(today.getDate()).padStart(2, '0');
  const years = months.filter((one) => one.endsWith(`-${month}`)).map((one) => one.slice(0, 4));
  const past = years.filter((year) => Number(year) < today.getFullYear());
  return past.map((year) => `${year}-${month}-${day}`);
}

async function load() {
  const buckets = await answer(
    api.GET('/v1/timeline/buckets', { params: { query: { limit: MONTHS } } }),
  );
  const days = sameDays(buckets.items.map(({ month }) => month), new Date());
  const pages = await Promise.all(days.map((day) => {
    const query = { from: day, to: day, limit: PAGE };
    return answer(api.GET('/v1/search', { params: { query } }));
  }));
  const items: Photo[] = pages.flatMap((page) => page.items);
  return { items, next: null, media: pages.find(({ media }) => media)?.media ?? null };
}

export function OnThisDayPage() {
  const photos = useMemo(() => new PhotoSet(load), []);
  const selection = useMemo(() => new Selection(), []);
  const empty = <Empty title={text.library.noDay}><p>{text.library.noDayLead}</p></Empty>;
  return (
    <div class="page">
      <div class="page-head"><h1 tabIndex={-1}>{text.nav.onThisDay}</h1></div>
      <PhotoList photos={photos} selection={selection} title={text.nav.onThisDay}
        base="#/on-this-day" empty={empty} />
    </div>
  );
}
