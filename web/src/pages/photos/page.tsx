/** All photos by the months in which they were taken. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  address, closeAbove, Empty, ListOf, monthName, openAbove, replace, Sheet, text, useWidth,
  lazy,
} from '../../shell';
import { HEADING, placeAt, placesOf, type Place } from './places';
import { Scrubber } from './scrubber';
import { Timeline } from './timeline';

const SelectionBar = lazy(() => import('../manage/selection-bar').then((module) => module.SelectionBar));
const Viewer = lazy(() => import('../viewer/viewer').then((module) => module.Viewer));

const BASE = '#/photos';
const hashOf = (photo: string) => `${BASE}/${photo}`;

export function PhotosPage() {
  const timeline = useMemo(() => new Timeline(), []);
  useEffect(() => () => timeline.close(), [timeline]);
  const empty = <Empty title={text.library.noPhotos}><p>{text.library.noPhotosLead}</p></Empty>;
  return (
    <div class="page photos">
      <h1 class="unseen" tabIndex={-1}>{text.nav.photos}</h1>
      <ListOf list={timeline.months} empty={empty}>
        {() => <Months timeline={timeline} />}
      </ListOf>
      <TimelineViewer timeline={timeline} />
      {timeline.selection.active.value && (
        <SelectionBar selection={timeline.selection} photos={timeline} title={text.nav.photos} mine mayEdit />
      )}
    </div>
  );
}

function Months({ timeline }: { timeline: Timeline }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const places = placesOf(timeline, width);
  const end = places.at(-1);
  const height = end ? end.top + end.height : 0;
  const range = useWindow(box, places);
  useSteady(box, places, range.from);
  useMonthOfAddress(box, places, width);
  const visible = places.slice(range.from, range.to + 1);
  useEffect(() => {
    for (const { month, photos } of visible) {
      const set = timeline.photosOf(month);
      const loaded = set?.list.items.value.length ?? 0;
      if (photos > loaded && !set?.list.complete.value && !set?.list.failure.value) timeline.load(month);
    }
  });
  const go = (position: number) => {
    const top = (box.current?.getBoundingClientRect().top ?? 0) + scrollY;
    scrollTo({ top: top + position - 8, behavior: 'instant' });
  };
  return (
    <>
      <div class="months" ref={box} style={{ height: `${height}px` }}>
        {visible.map((place) => <MonthSection key={place.month} timeline={timeline} place={place} />)}
      </div>
      <Scrubber places={places} height={height} current={range.top} go={go} />
    </>
  );
}

function MonthSection({ timeline, place }: { timeline: Timeline; place: Place }) {
  const photos = timeline.photosOf(place.month)?.shown.value ?? [];
  const name = monthName(place.month);
  const style = { transform: `translateY(${place.top}px)`, height: `${place.height}px` };
  return (
    <section class="month" style={style} aria-label={name}>
      <div class="month-head" style={{ height: `${HEADING}px` }}>
        <h2>{name}</h2><p>{text.photos(place.photos)}</p>
      </div>
      {photos.length > 0 && (
        <Sheet photos={photos} selection={timeline.selection} label={name}
          hrefOf={({ id }) => hashOf(id)} open={({ id }) => openAbove(hashOf(id))} />
      )}
    </section>
  );
}

/** Returns the months in and one window around view, and the one at its top. */
function useWindow(box: { current: HTMLElement | null }, places: Place[]) {
  const [range, setRange] = useState({ from: 0, to: 0, top: 0 });
  useLayoutEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      if (!box.current || places.length === 0) return;
      const top = -box.current.getBoundingClientRect().top;
      const next = {
        from: placeAt(places, top - innerHeight),
        to: placeAt(places, top + 2 * innerHeight),
        top: placeAt(places, top + 120),
      };
      setRange((old) => (
        old.from === next.from && old.to === next.to && old.top === next.top ? old : next));
    };
    const soon = () => { frame ||= requestAnimationFrame(look); };
    look();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  });
  return { ...range, to: Math.min(range.to, places.length - 1) };
}

/** Keeps what is in view where it is when a month above it turns out higher or lower. */
function useSteady(box: { current: HTMLElement | null }, places: Place[], from: number) {
  const held = useRef<{ month: string; top: number } | null>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    const before = held.current;
    const same = places.find(({ month }) => month === before?.month);
    if (before && same && same.top !== before.top) scrollBy(0, same.top - before.top);
    const top = -box.current.getBoundingClientRect().top;
    const anchor = places[Math.max(from, placeAt(places, top))];
    held.current = anchor ? { month: anchor.month, top: anchor.top } : null;
  });
}

/** Goes to the month that the address names: `#/photos?month=2016-07`. */
function useMonthOfAddress(box: { current: HTMLElement | null }, places: Place[], width: number) {
  const wanted = address.value.query.get('month');
  useLayoutEffect(() => {
    const place = places.find(({ month }) => month <= (wanted ?? ''));
    if (!wanted || !place || !box.current || width === 0) return;
    scrollTo(0, box.current.getBoundingClientRect().top + scrollY + place.top - 8);
  }, [wanted, width > 0]);
}

/** The viewer over the months around a photo; those beside them are loaded as they come near. */
function TimelineViewer({ timeline }: { timeline: Timeline }) {
  const { photo } = address.value;
  const run = photo ? timeline.runAround(photo) : null;
  useEffect(() => {
    if (run?.previous) timeline.load(run.previous);
  }, [run?.previous]);
  if (!photo || !run) return null;
  const more = async () => {
    if (run.next) await timeline.load(run.next);
  };
  const close = () => closeAbove(BASE);
  const remove = async (id: string) => {
    const at = run.photos.findIndex((one) => one.id === id);
    const next = run.photos[at + 1] ?? run.photos[at - 1];
    if (next) replace(hashOf(next.id));
    else close();
    const { trash } = await import('../manage/changes');
    await trash([id], timeline);
  };
  return (
    <Viewer photos={run.photos} total={timeline.total.value} offset={run.offset} current={photo} mayEdit
      complete={run.next === undefined} more={more} close={close} go={(id) => replace(hashOf(id))}
      changed={(one) => timeline.put(one)} remove={remove} />
  );
}
