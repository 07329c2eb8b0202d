/** The image of a photo: its ThumbHash at once, a small rendition when it has come, then a sharp one. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Rendition } from '../api/types';
import { moment, text } from '../i18n';
import { keys, renditionFor, srcset } from '../photos/media';
import { sharpenSoon } from '../photos/sharpen';
import { placeholderCanvas, removePlaceholder } from '../photos/thumbhash';
import { readPhoto } from '../uploads/uploader';

const LARGEST_IN_GRID = 1024;
/** The long edge of what comes first. */
const QUICK = 256;
/** The length of the fade, in milliseconds; a thousand canvases are memory nobody looks at. */
const FADE = 600;

/** A photo, or the cover of an album. */
interface Pictured {
  placeholder?: string | null;
  renditions: Rendition[];
}

interface Named {
  caption: string;
  name?: string;
  taken_at?: string;
  taken_offset?: number | null;
}

/**
 * A photo's name for people who hear the page: its caption, else the file's name, and for guests,
 * who are not told that, when it was taken.
 */
export function altOf({ caption, name, taken_at: time, taken_offset: offset }: Named): string {
  return caption || (name ?? '').replace(/\.[^.]+$/, '') || moment(time, offset);
}

interface Props {
  photo: Pictured;
  /** The photo's id. */
  id: string;
  /** As in HTML. */
  sizes: string;
  alt: string;
}

/** Fills its parent with the image. */
export function PhotoImage({ photo, id, sizes, alt }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<'waiting' | 'loaded' | 'broken'>('waiting');
  const [attempt, setAttempt] = useState(0);
  const renewed = useRef(false);
  /** Takes the placeholder away. */
  const uncover = useRef(() => {});
  const renditions = photo.renditions.filter(({ size }) => size <= LARGEST_IN_GRID);
  const best = renditionFor(renditions, LARGEST_IN_GRID);
  const quick = renditionFor(renditions, QUICK);
  const [sharp, setSharp] = useState(false);
  const loaded = state === 'loaded';

  useEffect(() => (loaded && quick !== best ? sharpenSoon(() => setSharp(true)) : undefined), [loaded]);
  useLayoutEffect(() => {
    const canvas = placeholderCanvas(photo.placeholder);
    const parent = box.current;
    if (!canvas || !parent) return undefined;
    parent.append(canvas);
    const remove = () => removePlaceholder(canvas, parent);
    uncover.current = remove;
    return remove;
  }, [photo.placeholder]);

  const arrived = () => {
    renewed.current = false;
    setState('loaded');
    setTimeout(uncover.current, FADE);
  };
  const failed = async (event: Event) => {
    const image = event.currentTarget as HTMLImageElement;
    if (renewed.current) {
      setState('broken');
      return;
    }
    renewed.current = true;
    try {
      await renew(image.currentSrc || image.src, id);
      setAttempt(attempt + 1);
    } catch {
      setState('broken');
    }
  };
  return (
    <div class={`photo-image is-${state}`} ref={box} data-broken={text.photo.notLoaded}>
      {best && quick && (
        <img class="photo-image-rendition" key={attempt} alt={alt} sizes={sizes} loading="lazy"
          decoding="async" draggable={false} srcset={sharp ? srcset(renditions, keys) : undefined}
          src={keys.url(quick.url)} onLoad={arrived} onError={failed} />
      )}
    </div>
  );
}

const renewals = new Map<string, Promise<void>>();

/**
 * Reads a fresh signature: the old one may have expired while the page was open. One request,
 * however many images failed with the same signature.
 */
export function renew(address: string, photo: string): Promise<void> {
  const { pathname, search } = new URL(address);
  let renewal = renewals.get(search);
  if (!renewal) {
    keys.reject(pathname + search);
    renewal = readPhoto(photo).then((fresh) => keys.adopt(fresh.media, [fresh]));
    renewals.set(search, renewal);
    renewal.catch(() => renewals.delete(search));
  }
  return renewal;
}
