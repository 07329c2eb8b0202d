/** Modal dialogs on the platform's own `<dialog>`. */

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { text } from '../i18n';
import { Icon } from './icons';
import { Notices } from './notices';

interface Open {
  key: number;
  title: string;
  content: (close: () => void) => ComponentChildren;
  closed: () => void;
}

const dialogs = signal<Open[]>([]);
let count = 0;

/** Shows a dialog; its content is given the function that closes it. */
export function showDialog(
  title: string,
  content: (close: () => void) => ComponentChildren,
  closed = () => {},
) {
  count += 1;
  dialogs.value = [...dialogs.value, { key: count, title, content, closed }];
}

/** Closes all dialogs, at once: what is behind a modal one takes no cursor. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog.dialog')) dialog.close();
  dialogs.value = [];
}

interface Question {
  title: string;
  body: ComponentChildren;
  action: string;
  /** True for what cannot be taken back. */
  danger?: boolean;
}

/** Asks before something is done; resolves with the answer. */
export function ask({ title, body, action, danger = false }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const content = (close: () => void) => {
      const agree = () => {
        resolve(true);
        close();
      };
      return (
        <>
          <p class="dialog-note">{body}</p>
          <div class="dialog-actions">
            <button class="button" type="button" onClick={close}>{text.cancel}</button>
            <button class={`button ${danger ? 'is-danger' : 'is-primary'}`} type="button" onClick={agree}>
              {action}
            </button>
          </div>
        </>
      );
    };
    // After `agree` the promise is settled already.
    showDialog(title, content, () => resolve(false));
  });
}

/** The place of all open dialogs. */
export function Dialogs() {
  return <>{dialogs.value.map((open) => <Dialog key={open.key} open={open} />)}</>;
}

/** Tells that an event is beside a dialog: its own padding is inside. */
function isOutside({ target, clientX, clientY }: MouseEvent, dialog: HTMLDialogElement | null): boolean {
  if (!dialog || target !== dialog) return false;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

function Dialog({ open }: { open: Open }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => ref.current?.close();
  const forget = () => {
    dialogs.value = dialogs.value.filter((one) => one !== open);
  };
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[autofocus], input:not([hidden]), textarea, select')?.focus();
    return () => open.closed();
  }, [open]);
  // Pressed and let go there: text that is selected beyond the edge must not cost what was typed.
  const pressedOutside = useRef(false);
  const pressed = (event: MouseEvent) => {
    pressedOutside.current = isOutside(event, ref.current);
  };
  const clicked = (event: MouseEvent) => {
    if (pressedOutside.current && isOutside(event, ref.current)) close();
  };
  return (
    <dialog class="dialog" ref={ref} aria-labelledby={id} onClose={forget} onPointerDown={pressed}
      onClick={clicked}>
      <div class="dialog-head">
        <h2 id={id}>{open.title}</h2>
        <button class="button is-icon" type="button" aria-label={text.close} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {open.content(close)}
      <Notices />
    </dialog>
  );
}
