/** The offer to go on with uploads of a former visit. */

import { useRef } from 'preact/hooks';
import { ACCEPT, Icon, logMistake, notice, text, uploads } from '../shell';
import { giveUp, interrupted, resumeByHandles, resumeWith } from './interrupted';

export function InterruptedBar() {
  const input = useRef<HTMLInputElement>(null);
  const kept = interrupted.value;
  if (kept.length === 0) return null;
  const resume = async () => {
    const left = kept.some(({ handle }) => handle) ? await resumeByHandles(uploads) : kept.length;
    if (left > 0) input.current?.click();
  };
  const chosen = async () => {
    const others = await resumeWith(uploads, [...input.current?.files ?? []]);
    if (input.current) input.current.value = '';
    if (others > 0) notice(text.device.others(others));
  };
  const names = kept.slice(0, 3).map(({ name }) => name).join(', ');
  return (
    <section class="interrupted" aria-label={text.device.interrupted(kept.length)}>
      <div class="interrupted-words">
        <h2>{text.device.interrupted(kept.length)}</h2>
        <p>{kept.length > 3 ? `${names}…` : names}</p>
      </div>
      <input class="file-input" type="file" multiple accept={ACCEPT} tabIndex={-1} ref={input}
        aria-label={text.device.chooseAgain} onChange={() => { chosen().catch(logMistake); }} />
      <button class="button is-primary" type="button" onClick={() => { resume().catch(logMistake); }}>
        <Icon name="retry" />{kept.some(({ handle }) => handle) ? text.device.resume : text.device.chooseAgain}
      </button>
      <button class="button is-quiet" type="button" onClick={() => { giveUp().catch(logMistake); }}>
        {text.device.giveUp}
      </button>
    </section>
  );
}
