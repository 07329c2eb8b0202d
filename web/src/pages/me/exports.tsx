/** Exports of everything, with their progress and their files. */

import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import {
  answer, api, bytes, fromNow, ListOf, logMistake, messageOf, notice, once, PagedList, text,
  type Export, type ExportWithParts,
} from '../../shell';

/** An export that goes on is asked about this often, in milliseconds. */
const SOON = 5000;

export function Exports() {
  const list = useMemo(() => new PagedList<Export>(
    (cursor) => answer(api.GET('/v1/me/exports', { params: { query: { cursor } } })),
  ), []);
  const busy = list.items.value.some(({ state }) => state === 'queued' || state === 'running');
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setInterval(() => { if (!document.hidden) list.reload(); }, SOON);
    return () => clearInterval(timer);
  }, [busy, list]);
  const start = async () => {
    try {
      await answer(api.POST('/v1/me/exports', { params: { header: once() } }));
      await list.reload();
    } catch (error) {
      notice(messageOf(error));
    }
  };
  return (
    <section class="me-section">
      <h2>{text.me.exports}</h2>
      <p class="lead">{text.me.exportLead}</p>
      <ListOf list={list} empty={null}>
        {(all) => (
          <ul class="rows" role="list">
            {all.map((one) => <ExportRow key={one.id} item={one} />)}
          </ul>
        )}
      </ListOf>
      <button class="button" type="button" disabled={busy} onClick={start}>{text.me.exportStart}</button>
    </section>
  );
}

function ExportRow({ item }: { item: Export }) {
  const whole = useSignal<ExportWithParts | null>(null);
  useEffect(() => {
    if (item.state !== 'ready') return;
    const params = { path: { export: item.id } };
    answer(api.GET('/v1/me/exports/{export}', { params })).then((found) => {
      whole.value = found;
    }, logMistake);
  }, [item.id, item.state]);
  const size = item.state === 'ready' ? `, ${bytes(item.bytes)}` : '';
  return (
    <li class="row">
      <div class="row-words">
        <p class="row-title">{text.me.exportStates[item.state]}</p>
        <p class="row-detail">{fromNow(item.created_at)} · {text.me.exportOf(item.photos)}{size}</p>
      </div>
      {whole.value?.files.map((file) => (
        <a key={file.number} class="button is-small" href={file.url} download={file.name}>
          {text.me.exportPart(file.number, bytes(file.bytes))}
        </a>
      ))}
    </li>
  );
}
