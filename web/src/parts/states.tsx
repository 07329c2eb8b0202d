/** What stands in place of content: nothing yet, loading, a failure, no connection. */

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { NetworkError } from '../api/problems';
import { notice, say } from '../core/live';
import { messageOf, referenceOf } from '../core/messages';
import type { PagedList } from '../core/paged';
import { albumsHash } from '../core/router';
import { text } from '../i18n';
import { Icon, Mark } from './icons';

/** Copies to the clipboard, and says so. */
export async function copy(what: string) {
  try {
    await navigator.clipboard.writeText(what);
    notice(text.copied);
  } catch {
    notice(text.copyRefused);
  }
}

/** How long a connection is there before it is used, in milliseconds. */
const SETTLED = 1000;

/** A block in place of content that could not be loaded, with a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const reference = referenceOf(error);
  const again = useRef(retry);
  again.current = retry;
  useEffect(() => {
    // What failed for want of a connection is asked for once there is one, which takes a moment.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const back = () => {
      if (error instanceof NetworkError) timer = setTimeout(() => again.current?.(), SETTLED);
    };
    addEventListener('online', back);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', back);
    };
  }, [error]);
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <p>{messageOf(error)}</p>
      {reference && (
        <button class="button is-small is-quiet" type="button" onClick={() => copy(reference)}>
          <Icon name="copy" />{text.errors.reference(reference)}
        </button>
      )}
      {retry && (
        <button class="button" type="button" onClick={retry}><Icon name="retry" />{text.retry}</button>
      )}
    </div>
  );
}

interface EmptyProps {
  title: string;
  children?: ComponentChildren;
  /** True where it is the only heading of the page. */
  main?: boolean;
}

/** A block that says that nothing is here yet, and what to do about it. */
export function Empty({ title, children, main = false }: EmptyProps) {
  return (
    <div class="empty">
      <div class="empty-egg"><Mark /></div>
      {main ? <h1 tabIndex={-1}>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** A block in place of what does not exist, with the way home. */
export function Missing({ message }: { message: string }) {
  return (
    <Empty title={text.missing.title} main>
      <p>{message}</p>
      <a class="button" href={albumsHash}>{text.missing.home}</a>
    </Empty>
  );
}

export function Loading() {
  return <div class="album-loading" role="status">{text.loading}</div>;
}

const online = signal(globalThis.navigator?.onLine ?? true);

/** A line that is there while the browser has no connection. */
export function OfflineLine() {
  useEffect(() => {
    const tell = () => {
      online.value = navigator.onLine;
      if (!navigator.onLine) say(text.errors.offline);
    };
    addEventListener('online', tell);
    addEventListener('offline', tell);
    return () => {
      removeEventListener('online', tell);
      removeEventListener('offline', tell);
    };
  }, []);
  return online.value ? null : <aside class="offline">{text.errors.offline}</aside>;
}

/** How far below the window the end of a list may be when the next page is loaded. */
const AHEAD = '1200px 0px';

/** The end of a list: loads the next page when it comes near, and says when that failed. */
export function Endless<Item>({ list }: { list: PagedList<Item> }) {
  const ref = useRef<HTMLDivElement>(null);
  const loaded = list.items.value.length;
  const failure = list.failure.value;
  const complete = list.complete.value;
  useEffect(() => {
    if (complete || failure || !ref.current) return undefined;
    // Made anew after each page: an observer tells only of changes.
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) list.more();
    }, { rootMargin: AHEAD });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [list, loaded, failure, complete]);
  return (
    <div class="endless" ref={ref}>
      {failure !== null && loaded > 0 && <Failure error={failure} retry={() => list.more()} />}
    </div>
  );
}

interface ListProps<Item> {
  list: PagedList<Item>;
  empty: ComponentChildren;
  loading?: ComponentChildren;
  children: (items: Item[]) => ComponentChildren;
}

/** A list of the API in whichever state it is. */
export function ListOf<Item>({ list, empty, loading, children }: ListProps<Item>) {
  useEffect(() => { list.more(); }, [list]);
  const items = list.items.value;
  if (!list.started.value) {
    const failure = list.failure.value;
    if (failure !== null) return <Failure error={failure} retry={() => list.more()} />;
    return <>{loading ?? <Loading />}</>;
  }
  if (items.length === 0 && list.complete.value) return <>{empty}</>;
  return <>{children(items)}<Endless list={list} /></>;
}
