/** One photo at a time, over everything else. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  altOf, Icon, keys, logMistake, messageOf, Notices, originalUrl, readPhoto, statusOf, stayAwake, text,
  type IconName, type Photo, type Shown,
} from '../../shell';
import { DetailsPanel } from './details';
import { FavouriteButton } from './favourite';
import { useFullScreen } from './full-screen';
import { Slideshow } from './slideshow';
import { Stage, type Source } from './stage';

/** Pages to look through for the neighbours of a photo that was linked to. */
const SEARCH = 30;

export interface ViewerProps {
  photos: Photo[];
  /** The number of photos in all; `null` while it is not known. */
  total: number | null;
  /** The number of photos before the first one of the list. */
  offset?: number;
  complete: boolean;
  /** The id of the photo in view. */
  current: string;
  /** The album that it is looked at in, whose comments are shown. */
  album?: string;
  mayEdit: boolean;
  /** There for guests, who are shown less, with where they find originals. */
  guest?: { originalUrl?: (photo: string) => string; download?: (photo: string) => void };
  /** Puts a photo into the trash; only where the photos are the caller's own. */
  remove?: ((photo: string) => void) | undefined;
  more: () => Promise<void>;
  go: (id: string) => void;
  close: () => void;
  /** Called with a photo that was changed here. */
  changed: (photo: Photo) => void;
}

export function Viewer(props: ViewerProps) {
  const { current, close } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [info, setInfo] = useState(false);
  const found = useCurrent(props);
  const index = found.photos.findIndex(({ id }) => id === current);
  const photo = found.photos[index];
  const stage = useStage(props, found.photos, photo, index);
  const full = useFullScreen(dialog);
  const show = useSlideshow(stage, current);
  const playing = show.playing.value;
  const steps: Steps = {
    previous: () => stage.current?.step(-1),
    next: () => stage.current?.step(1),
    zoom: () => stage.current?.zoom(),
    nearer: () => stage.current?.zoomBy(1.5),
    farther: () => stage.current?.zoomBy(1 / 1.5),
    fit: () => stage.current?.fit(),
    pixels: () => stage.current?.pixels(),
    info: () => setInfo(!info),
    play: () => show.toggle(),
    full: () => full.toggle(),
  };
  useModal(dialog);
  useKeys(steps);
  useEffect(() => { stage.current?.resize(); }, [info]);
  const cancel = (event: Event) => {
    event.preventDefault();
    close();
  };
  const listed = props.photos.findIndex(({ id }) => id === current);
  const addressOf = props.guest ? props.guest.originalUrl : originalUrl;
  const original = photo && addressOf?.(photo.id);
  const before = props.offset ?? 0;
  const last = listed === props.photos.length - 1 && props.complete;
  const message = stage.message ?? found.message;
  return (
    <dialog class={`viewer ${playing ? 'is-playing' : ''}`} ref={dialog} onCancel={cancel}
      aria-label={photo ? altOf(photo) || text.viewer.label : text.viewer.label}>
      <div class="viewer-bar">
        <Button icon="close" label={text.close} act={close} />
        <p class="viewer-counter" aria-live="polite">
          {listed >= 0 && props.total !== null && text.viewer.counter(before + listed + 1, props.total)}
        </p>
        {photo && !props.guest && <FavouriteButton photo={photo.id} />}
        {photo && <Button icon="zoom" label={text.viewer.zoom} act={steps.zoom} />}
        {found.photos.length > 1 && (
          <Button icon={playing ? 'pause' : 'play'} label={playing ? text.viewing.pause : text.viewing.play}
            act={steps.play} />
        )}
        {full.can && (
          <Button icon="full" label={full.on ? text.viewing.notFull : text.viewing.full} act={steps.full} />
        )}
        <Button icon="info" label={text.viewer.details} act={steps.info} expanded={info} />
        {photo && props.remove && (
          <Button icon="trash" label={text.details.trash} act={() => props.remove?.(photo.id)} />
        )}
        {original && (
          <a class="button is-icon" aria-label={text.viewer.download} title={text.viewer.download}
            download href={original}><Icon name="download" /></a>
        )}
        {photo && !original && props.guest?.download && (
          <Button icon="download" label={text.viewer.download} act={() => props.guest?.download?.(photo.id)} />
        )}
      </div>
      <div class="viewer-body">
        <div class="viewer-stage viewer-slide" tabIndex={-1} ref={stage.element} />
        {message && <p class="viewer-message" role="status">{message}</p>}
        {photo?.caption && <p class="viewer-caption" dir="auto">{photo.caption}</p>}
        {listed > 0 && (
          <Button icon="back" label={text.viewer.previous} act={steps.previous} more="viewer-previous" />
        )}
        {listed >= 0 && !last && (
          <Button icon="forward" label={text.viewer.next} act={steps.next} more="viewer-next" />
        )}
      </div>
      <aside class="viewer-info" aria-label={text.viewer.details} hidden={!info}>
        {photo && info && <DetailsPanel key={photo.id} photo={photo} {...props} />}
      </aside>
      <Notices />
    </dialog>
  );
}

interface ButtonProps {
  icon: IconName;
  label: string;
  act: () => void;
  more?: string;
  expanded?: boolean;
}

function Button({ icon, label, act, more = '', expanded }: ButtonProps) {
  return (
    <button class={`button is-icon ${more}`} type="button" aria-label={label} title={label}
      aria-expanded={expanded} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

/** Returns the list, or the photo alone until the list has come to it. */
function useCurrent({ photos, current, complete, more, guest }: ViewerProps) {
  const [loose, setLoose] = useState<Photo | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const listed = photos.some(({ id }) => id === current);
  const seen = useRef({ listed, complete });
  seen.current = { listed, complete };
  useEffect(() => {
    if (listed || guest) return undefined;
    const stop = new AbortController();
    const find = async () => {
      setMessage(text.loading);
      try {
        const found = await readPhoto(current);
        if (stop.signal.aborted) return;
        keys.adopt(found.media, [found]);
        setLoose(found);
        setMessage(whyNot(found));
        for (let page = 0; page < SEARCH && !stop.signal.aborted; page += 1) {
          if (seen.current.listed || seen.current.complete) return;
          await more();
        }
      } catch (error) {
        logMistake(error);
        if (!stop.signal.aborted) setMessage(statusOf(error) === 404 ? text.viewer.missing : messageOf(error));
      }
    };
    find();
    return () => stop.abort();
  }, [current, listed]);
  if (listed) return { photos, message: null };
  const shown = loose?.id === current && loose.status === 'ready' ? [loose] : [];
  return { photos: shown, message: shown.length > 0 ? null : message };
}

/** The reason for which a photo cannot be looked at, or `null`. */
function whyNot({ status, error }: Photo): string | null {
  if (status === 'ready') return null;
  if (status === 'failed') return error?.detail ?? text.photo.refused;
  return text.photo.stillDeveloping;
}

/** Keeps the stage on the photo that is to be seen. */
function useStage(props: ViewerProps, photos: Shown[], photo: Shown | undefined, index: number) {
  const element = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const source: Source = {
    photos,
    complete: props.complete,
    more: () => { props.more(); },
    go: (id) => { if (id !== props.current) props.go(id); },
    close: props.close,
    failed: () => setMessage(text.viewer.broken),
    originals: !props.guest,
  };
  const alone = photos.length === 1;
  const there = photo !== undefined;
  useEffect(() => {
    if (!there || !element.current) return undefined;
    const made = new Stage(element.current, source, index);
    stage.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      made.destroy();
      stage.current = null;
    };
  }, [there, alone]);
  useEffect(() => { setMessage(null); }, [photo?.id]);
  useEffect(() => { if (there) stage.current?.update(source, index); });
  return { element, get current() { return stage.current; }, message };
}

function useModal(dialog: { current: HTMLDialogElement | null }) {
  useEffect(() => {
    const element = dialog.current;
    document.documentElement.classList.add('is-viewing');
    element?.showModal();
    element?.querySelector<HTMLElement>('.viewer-stage')?.focus();
    return () => document.documentElement.classList.remove('is-viewing');
  }, []);
}

type Step = 'previous' | 'next' | 'zoom' | 'nearer' | 'farther' | 'fit' | 'pixels' | 'info' | 'play' | 'full';
type Steps = Record<Step, () => void>;

/** What keys do in the viewer. */
const KEYS: Record<string, Step> = {
  ArrowLeft: 'previous', ArrowRight: 'next', i: 'info', z: 'zoom', '+': 'nearer', '=': 'nearer', '-': 'farther',
  0: 'fit', 1: 'pixels', p: 'play', f: 'full',
};

/** Returns the slideshow of a stage, which ends with the viewer. */
function useSlideshow(stage: { current: Stage | null }, current: string): Slideshow {
  const latest = useRef(stage);
  latest.current = stage;
  const show = useMemo(() => new Slideshow(() => ({
    next: () => latest.current.current?.step(1) ?? false,
    loaded: () => latest.current.current?.loaded ?? false,
  })), []);
  useEffect(() => { show.wait(); }, [current]);
  useEffect(() => () => show.stop(), []);
  useEffect(() => (show.playing.value ? stayAwake() : undefined), [show.playing.value]);
  return show;
}

function useKeys(steps: Steps) {
  const latest = useRef(steps);
  latest.current = steps;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if ((event.target as Element).closest('input, textarea, select')) return;
      const name = KEYS[event.key];
      if (!name) return;
      event.preventDefault();
      latest.current[name]();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
