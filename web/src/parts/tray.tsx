/** The tray at the foot of the page: every upload with its bar, and all of them in sum. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from '../core/live';
import { messageOf } from '../core/messages';
import { bytes, text } from '../i18n';
import type { Upload, UploadQueue } from '../uploads/queue';
import { Icon } from './icons';

/** As much of a queue as the tray needs. */
type Queue = Pick<
  UploadQueue<unknown>,
  'uploads' | 'summary' | 'listen' | 'retry' | 'retryFailed' | 'dismiss' | 'dismissSettled'
>;
type Summary = Queue['summary'];

function words(upload: Upload): string {
  if (upload.state === 'failed') return messageOf(upload.error);
  if (upload.waiting) return text.uploads.waiting;
  if (upload.state === 'uploading') {
    return text.uploads.progress(bytes(upload.sent), bytes(upload.file.size));
  }
  return text.uploads.states[upload.state] ?? '';
}

function progressOf(upload: Upload): number | undefined {
  if (upload.state === 'processing' || upload.state === 'hashing') return undefined;
  const over = upload.settled && upload.state !== 'failed';
  return over ? upload.file.size || 1 : upload.sent;
}

/** One file's line. */
function Line({ upload, queue }: { upload: Upload; queue: Queue }) {
  const { name, size } = upload.file;
  const { state } = upload;
  const arrived = state === 'ready' || state === 'duplicate';
  return (
    <li class="line" data-state={state}>
      <p class="line-name" title={name}>{name}</p>
      <div class="line-actions">
        {state === 'failed' && (
          <button class="button is-icon is-quiet" type="button" title={text.uploads.retry}
            aria-label={text.uploads.of(text.uploads.retry, name)} onClick={() => queue.retry(upload)}>
            <Icon name="retry" />
          </button>
        )}
        {(state === 'failed' || state === 'queued') && (
          <button class="button is-icon is-quiet" type="button" title={text.remove}
            aria-label={text.uploads.of(text.remove, name)} onClick={() => queue.dismiss(upload)}>
            <Icon name="close" />
          </button>
        )}
        {arrived && <span class="line-done"><Icon name={state === 'ready' ? 'check' : 'copy'} /></span>}
      </div>
      <progress class="bar" max={size || 1} value={progressOf(upload)} aria-label={name} />
      <p class="line-text">{words(upload)}</p>
    </li>
  );
}

/** The words for everything together. */
export function sum({ all, done, failed, busy, processing, duplicates }: Summary) {
  const notes = [];
  if (failed > 0) notes.push(text.uploads.someFailed(failed));
  if (duplicates > 0) notes.push(text.uploads.someKnown(duplicates));
  const detail = notes.join(', ');
  if (busy > 0) return { title: text.uploads.running(all - busy + 1, all), detail };
  if (processing > 0) return { title: text.uploads.developing(processing), detail };
  if (failed > 0 && done === 0) return { title: text.uploads.failed(failed), detail: '' };
  return { title: text.uploads.added(done), detail };
}

/** Says every tenth of the way, and the end. */
function useAnnouncement(summary: Summary, title: string, detail: string, over: boolean) {
  const { all, busy } = summary;
  const tenth = String(Math.floor((10 * (all - busy)) / all));
  const step = over ? `${title} ${detail}` : tenth;
  useEffect(() => {
    if (all > 0) say([title, detail].filter(Boolean).join(', '));
  }, [all > 0, step]);
}

/** Draws the queue again after a change, at most twenty times a second. */
function useChanges(queue: Queue) {
  const [, draw] = useState(0);
  useEffect(() => {
    // Not by animation frame: those stop in a hidden tab, and its title bar still counts.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = queue.listen(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw((count) => count + 1);
      }, 50);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queue]);
}

/** The tray of a queue; hidden while there is nothing in it. */
export function Tray({ queue }: { queue: Queue }) {
  useChanges(queue);
  const [open, setOpen] = useState(true);
  const before = useRef(true);
  const { uploads, summary } = queue;
  const empty = uploads.length === 0;
  const over = summary.busy === 0 && summary.processing === 0;
  const { title, detail } = sum(summary);
  useAnnouncement(summary, title, detail, over);
  useEffect(() => {
    // On a phone many lines would cover the page; the sum stays in view.
    if (before.current && !empty) setOpen(innerWidth >= 700 || uploads.length <= 3);
    before.current = empty;
    document.body.classList.toggle('has-tray', !empty);
  }, [empty]);
  return (
    <section class={`tray ${over ? 'is-over' : ''}`} aria-label={text.uploads.label} hidden={empty}>
      <div class="tray-head">
        <div class="tray-words">
          <h2 class="tray-title">{title}</h2><p class="tray-detail">{detail}</p>
        </div>
        {summary.failed > 1 && (
          <button class="button is-small" type="button" onClick={() => queue.retryFailed()}>
            <Icon name="retry" />{text.uploads.retryAll}
          </button>
        )}
        <button class="button is-icon is-quiet" type="button" aria-controls="tray-list"
          aria-expanded={open} aria-label={open ? text.uploads.hide : text.uploads.show}
          onClick={() => setOpen(!open)}>
          <Icon name={open ? 'down' : 'up'} />
        </button>
        {over && (
          <button class="button is-icon is-quiet" type="button" aria-label={text.uploads.clear}
            title={text.uploads.clear} onClick={() => queue.dismissSettled()}>
            <Icon name="close" />
          </button>
        )}
      </div>
      <progress class="bar" max={summary.bytes || 1} value={summary.sent} aria-label={text.uploads.all} />
      <ul class="tray-list" role="list" id="tray-list" hidden={!open}>
        {uploads.map((upload) => <Line key={upload.key} upload={upload} queue={queue} />)}
      </ul>
    </section>
  );
}
