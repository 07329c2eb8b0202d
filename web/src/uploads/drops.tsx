/** Files that are dropped on a page, and the choosers for those who do not drag. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { IconName } from '../parts/icons';
import { Icon } from '../parts/icons';
import { ACCEPT, carriesFiles, dropped, type Dropped } from './files';

/** Calls `take` with what is dropped anywhere on the page; returns whether a drag is over it. */
export function useDrops(take: ((dropped: Dropped) => void) | null): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const undo = new AbortController();
    const options = { signal: undo.signal };
    let depth = 0;
    const count = (event: DragEvent, change: number) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth + change);
      setOver(depth > 0 && latest.current !== null);
    };
    addEventListener('dragenter', (event) => count(event, 1), options);
    addEventListener('dragleave', (event) => count(event, -1), options);
    addEventListener('drop', async (event) => {
      depth = 0;
      setOver(false);
      if (!carriesFiles(event) || !event.dataTransfer || !latest.current) return;
      latest.current(await dropped(event.dataTransfer));
    }, options);
    return () => undo.abort();
  }, []);
  return over;
}

interface ChooserProps {
  /** The name of the invisible input. */
  label: string;
  icon: IconName;
  class: string;
  children: string;
  folder?: boolean;
  take: (files: Iterable<File>) => void;
}

/** A button that opens the browser's chooser of files, or of a folder. */
export function Chooser({ label, icon, class: kind, children, folder = false, take }: ChooserProps) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = () => {
    if (!input.current?.files) return;
    take([...input.current.files]);
    input.current.value = '';
  };
  const what = folder ? { webkitdirectory: true } : { multiple: true, accept: ACCEPT };
  return (
    <>
      <input class="file-input" type="file" tabIndex={-1} aria-label={label} ref={input}
        onChange={chosen} {...what} />
      <button class={kind} type="button" onClick={() => input.current?.click()}>
        <Icon name={icon} />{children}
      </button>
    </>
  );
}
