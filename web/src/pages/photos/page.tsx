/** All photos by the months in which they were taken. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  address, closeAbove, Empty, followWindow, formerPosition, ListOf, monthName, openAbove, replace, Sheet, text,
  useWidth, lazy, whenForgotten, type Photo,
} from '../../shell';
import { HEADING, missing, placeAt, placesOf, positionOf, spotAt, type Place, type Spot } from './places';
import { ROUNDED, useRunway, type Runway } from './runway';
import { Scrubber } from './scrubber';
import { Timeline } from './timeline';

const SelectionBar = lazy(() => import('../manage/selection-bar').then((module) => module.SelectionBar));
const Viewer = lazy(() => import('../viewer/viewer').then((module) => module.Viewer));

/** How far below the top of the window photos are loaded, in windows: those in view and around it. */
const AROUND = 2;
/** The same while somebody scrolls, who else comes to the end before more is there, all of it to be drawn at once. */
const AHEAD = 6;

const BASE = '#/photos';
const NONE: Photo[] = [];
const hashOf = (photo: string) => `${BASE}/${photo}`;

/** The spot at which the timeline was left, for whoever comes back to it. */
let left: Spot | null = null;
whenForgotten(() => { left = null; });

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
  const runway = useRunway(box, height);
  useBeginning(runway, places, width);
  useSteady(runway, places, width);
  const range = useWindow(runway, places, width, (month) => timeline.need(month));
  const visible = places.slice(range.from, range.to + 1);
  return (
    <>
      <div class="months" ref={box} style={{ height: `${runway.height}px` }}>
        {visible.map((place) => (
          <MonthSection key={place.month} timeline={timeline} place={place} top={place.top - runway.start} />
        ))}
      </div>
      <Scrubber places={places} height={height} current={range.top} go={runway.go} />
    </>
  );
}

function MonthSection({ timeline, place, top }: { timeline: Timeline; place: Place; top: number }) {
  const photos = timeline.photosOf(place.month)?.shown.value ?? NONE;
  const name = monthName(place.month);
  // Of itself it changes with its photos alone: other months come and go.
  const sheet = useMemo(() => photos.length > 0 && (
    <Sheet photos={photos} total={Math.max(place.photos, photos.length)} selection={timeline.selection} label={name}
      hrefOf={({ id }) => hashOf(id)} open={({ id }) => openAbove(hashOf(id))} />
  ), [photos, place.photos]);
  const style = { transform: `translateY(${top}px)`, height: `${place.height}px` };
  return (
    <section class="month" style={style} aria-label={name}>
      <div class="month-head" style={{ height: `${HEADING}px` }}>
        <h2>{name}</h2><p>{text.photos(place.photos)}</p>
      </div>
      {sheet}
    </section>
  );
}

/** Returns the months in and one window around view, and the one at its top; has loaded what is missing of them. */
function useWindow(runway: Runway, places: Place[], width: number, load: (month: string) => void) {
  const [range, setRange] = useState({ from: 0, to: 0, top: 0 });
  useLayoutEffect(() => {
    const look = (windows: number) => {
      // Without a width months are as high as their headings.
      if (places.length === 0 || width === 0) return;
      runway.extend();
      left = spotAt(places, runway.top());
      const top = runway.top() + ROUNDED;
      const next = {
        from: placeAt(places, top - innerHeight),
        to: placeAt(places, top + 2 * innerHeight),
        top: placeAt(places, top + 120),
      };
      // Not of the month above: its end is far from its beginning, which comes first.
      for (const { month } of missing(places, Math.max(0, top), top + windows * innerHeight)) load(month);
      setRange((old) => (
        old.from === next.from && old.to === next.to && old.top === next.top ? old : next));
    };
    look(AROUND);
    return followWindow(() => look(AHEAD));
  });
  return { ...range, to: Math.min(range.to, places.length - 1) };
}

/** Keeps what is in view where it is when a month above it turns out higher or lower. */
function useSteady(runway: Runway, places: Place[], width: number) {
  const held = useRef<Place | null>(null);
  const before = held.current;
  const same = places.find(({ month }) => month === before?.month);
  const moved = before && same ? same.top - before.top : 0;
  // Read before the page is another: of one that has become shorter, the browser shows the end.
  const position = moved === 0 ? null : runway.top() + moved;
  useLayoutEffect(() => {
    if (position !== null) runway.go(position);
    const anchor = width > 0 ? places[placeAt(places, runway.top() + ROUNDED)] : null;
    held.current = anchor ?? null;
  });
}

/** Goes to the month that the address names, `#/photos?month=2016-07`, or back to where the timeline was left. */
function useBeginning(runway: Runway, places: Place[], width: number) {
  const wanted = address.value.query.get('month');
  const former = useRef(formerPosition() > 0 ? left : null);
  useLayoutEffect(() => {
    if (width === 0) return;
    const spot = wanted ? { month: wanted, below: 0 } : former.current;
    former.current = null;
    const position = spot && positionOf(places, spot);
    if (position !== null) runway.go(position);
  }, [wanted, width > 0]);
}

/** The viewer over the months around a photo; those beside them are loaded as they come near. */
function TimelineViewer({ timeline }: { timeline: Timeline }) {
  const { photo } = address.value;
  const run = photo ? timeline.runAround(photo) : null;
  const previous = run?.previous;
  // A month begins with its newest photos: those beside the run come with its last page.
  const loaded = previous && timeline.photosOf(previous)?.list.items.value.length;
  useEffect(() => {
    if (previous) timeline.load(previous);
  }, [photo, previous, loaded]);
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
