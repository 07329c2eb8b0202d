/** Statistics: photos by month as bars, and each year in a few words. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  answer, api, camera, Failure, Loading, monthName, text, when, type Statistics,
} from '../../shell';

/** Months of the chart: five years. */
const SHOWN = 60;

export function Years() {
  const statistics = useSignal<Statistics | null>(null);
  const failure = useSignal<unknown>(null);
  const load = async () => {
    failure.value = null;
    try {
      statistics.value = await answer(api.GET('/v1/me/statistics'));
    } catch (error) {
      failure.value = error;
    }
  };
  useEffect(() => { load(); }, []);
  return (
    <section class="me-section is-wide">
      <h2>{text.me.statistics}</h2>
      {failure.value !== null && <Failure error={failure.value} retry={load} />}
      {failure.value === null && !statistics.value && <Loading />}
      {statistics.value && <Content statistics={statistics.value} />}
    </section>
  );
}

function Content({ statistics }: { statistics: Statistics }) {
  const { months, years, received, as_of: time } = statistics;
  if (months.length === 0) return <p class="lead">{text.me.statisticsNone}</p>;
  return (
    <>
      <Bars months={months} />
      <ul class="years" role="list">
        {years.map((year) => (
          <li key={year.year} class="year">
            <h3>{text.me.year(year.year)}</h3>
            <p>{text.me.yearAdded(year.photos_added)}</p>
            {year.busiest_month && <p>{text.me.busiest(monthName(year.busiest_month))}</p>}
            {year.camera && <p>{camera({ model: year.camera.camera })}</p>}
          </li>
        ))}
      </ul>
      <p class="row-detail">
        {text.me.received(received.comments, received.favourites)}
        {time && ` · ${text.me.asOf(when(time))}`}
      </p>
    </>
  );
}

/** By hand: one series of bars does not earn the 22 KB of a library for charts. */
function Bars({ months }: { months: Statistics['months'] }) {
  const sorted = [...months].sort((a, b) => a.month.localeCompare(b.month)).slice(-SHOWN);
  const most = Math.max(1, ...sorted.map((one) => one.photos_added));
  return (
    <figure class="bars">
      <figcaption class="row-detail">{text.me.added}</figcaption>
      <ul role="list">
        {sorted.map(({ month, photos_added: added }) => {
          const label = `${monthName(month)}: ${text.photos(added)}`;
          return (
            <li key={month} title={label}>
              <span class="unseen">{label}</span>
              <span class="bar-column" style={{ height: `${(100 * added) / most}%` }} />
            </li>
          );
        })}
      </ul>
    </figure>
  );
}
