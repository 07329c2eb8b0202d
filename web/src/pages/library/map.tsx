/** All photos on the map: a picture where some were taken, with how many they are. */

import { signal, useSignal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { clustersOf, gridZoom, viewOfAll, type Cluster } from '../../map/clusters';
import { MapView } from '../../map/map-view';
import {
  boxOf, fitted, FARTHEST, NEAREST, project, toScreen, unproject, within, writeBox, type Size, type View,
} from '../../map/mercator';
import {
  address, answer, api, Empty, Failure, go, keys, Loading, PhotoImage, replace, text, type MapCell,
} from '../../shell';

const WORLD = '-180,-90,180,90';
/** The level at which all cells of the world may be asked for. */
const WORLD_ZOOM = 4;
/** The nearest that the map goes to by itself. */
const NEAR_ENOUGH = 11;

/** Cells as they were asked for. */
interface Found {
  cells: MapCell[];
  level: number;
}

async function ask(bbox: string, zoom: number): Promise<Found> {
  const { items, media } = await answer(api.GET('/v1/map', { params: { query: { bbox, zoom } } }));
  keys.adopt(media, items.map(({ cover }) => cover));
  return { cells: items, level: zoom };
}

/** Reads the view that the address names: `#/map?at=47.4,8.5,9`. */
function viewOf(query: URLSearchParams): View | null {
  const [latitude, longitude, zoom] = (query.get('at') ?? '').split(',').map(Number);
  if (![latitude, longitude, zoom].every(Number.isFinite)) return null;
  return { ...project({ latitude: latitude!, longitude: longitude! }), zoom: zoom! };
}

function hashOf(view: View): string {
  const { latitude, longitude } = unproject(view);
  return `#/map?at=${latitude.toFixed(4)},${longitude.toFixed(4)},${view.zoom.toFixed(2)}`;
}

export function MapPage() {
  const view = useMemo(() => signal<View | null>(null), []);
  const isEmpty = useSignal(false);
  const failure = useSignal<unknown>(null);
  const load = async () => {
    failure.value = null;
    try {
      const { cells } = await ask(WORLD, WORLD_ZOOM);
      isEmpty.value = cells.length === 0;
      const size = { width: Math.min(innerWidth, 1400), height: innerHeight - 200 };
      const all = viewOfAll(cells, size, NEAR_ENOUGH);
      if (all) view.value = viewOf(address.peek().query) ?? all;
    } catch (error) {
      failure.value = error;
    }
  };
  useEffect(() => { load(); }, []);
  return (
    <div class="page map-page">
      <h1 class="unseen" tabIndex={-1}>{text.nav.map}</h1>
      {failure.value !== null && <Failure error={failure.value} retry={load} />}
      {isEmpty.value && <Empty title={text.map.none}><p>{text.map.noneLead}</p></Empty>}
      {!view.value && !isEmpty.value && failure.value === null && <Loading />}
      {view.value && <Photos view={view as Signal<View>} />}
    </div>
  );
}

function Photos({ view }: { view: Signal<View> }) {
  const found = useSignal<Found>({ cells: [], level: 0 });
  const failure = useSignal<unknown>(null);
  const box = useSignal('');
  const asked = useMemo(() => ({ count: 0 }), []);
  const rested = async (seen: View, size: Size) => {
    const turn = asked.count + 1;
    asked.count = turn;
    replace(hashOf(seen));
    box.value = writeBox(boxOf(seen, size));
    try {
      const fresh = await ask(box.value, gridZoom(seen, size));
      if (turn !== asked.count) return;
      failure.value = null;
      found.value = fresh;
    } catch (error) {
      if (turn === asked.count) failure.value = error;
    }
  };
  const count = found.value.cells.reduce((sum, { photos }) => sum + photos, 0);
  return (
    <>
      <MapView view={view} label={text.nav.map} rested={rested}>
        {(size) => <Clusters found={found.value} view={view} size={size} />}
      </MapView>
      {failure.value !== null && <Failure error={failure.value} />}
      <div class="map-foot">
        <p role="status">{text.map.inView(count)}</p>
        {count > 0 && <a class="button is-small" href={`#/search?bbox=${box.value}`}>{text.map.show}</a>}
      </div>
    </>
  );
}

interface ClustersProps {
  found: Found;
  view: Signal<View>;
  size: Size;
}

function Clusters({ found: { cells, level }, view, size }: ClustersProps) {
  const shown = within(view.value, size);
  // Where the photos stand is of the grid, and stays while the map moves between two answers.
  const resting = { ...shown, zoom: Math.max(FARTHEST, level - 2) };
  const clusters = useMemo(() => clustersOf(cells, level, resting, size), [cells, level, size]);
  const open = (cluster: Cluster) => {
    const near = fitted(cluster.box, size, NEAREST);
    const isLast = cluster.photos === 1 || shown.zoom > NEAREST - 2;
    if (isLast) go(`#/search?bbox=${writeBox(cluster.box)}`);
    else view.value = { ...near, zoom: Math.min(NEAREST, Math.max(near.zoom, shown.zoom + 1)) };
  };
  return <>{clusters.map((one) => (
    <Pin key={`${level}/${one.main.x}/${one.main.y}`} cluster={one} view={shown} size={size}
      open={() => open(one)} />
  ))}</>;
}

interface PinProps {
  cluster: Cluster;
  view: View;
  size: Size;
  open: () => void;
}

function Pin({ cluster: { main, photos, at }, view, size, open }: PinProps) {
  const { x, y } = toScreen(at, view, size);
  const { cover } = main;
  return (
    <button class="map-pin" type="button" aria-label={text.map.cluster(photos)} onClick={open}
      style={{ transform: `translate(${x}px, ${y}px)` }}>
      <span class="map-pin-picture"><PhotoImage photo={cover} id={cover.photo} sizes="56px" alt="" /></span>
      {photos > 1 && <span class="map-pin-count" aria-hidden="true">{text.map.count(photos)}</span>}
    </button>
  );
}
