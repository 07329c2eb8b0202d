/** The viewer on the whole screen. */

import { useEffect, useState } from 'preact/hooks';
import { logMistake } from '../../shell';

/** Returns whether browsers can, whether it is so, and what changes it. */
export function useFullScreen(dialog: { current: HTMLDialogElement | null }) {
  const [on, setOn] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const changed = () => {
      setOn(document.fullscreenElement !== null);
      const element = dialog.current;
      if (!element?.open) return;
      // No dialog may be on the whole screen, so the page is; shown again, the dialog is above it.
      const focused = document.activeElement;
      element.close();
      element.showModal();
      if (focused instanceof HTMLElement) focused.focus();
    };
    document.addEventListener('fullscreenchange', changed);
    return () => {
      document.removeEventListener('fullscreenchange', changed);
      if (document.fullscreenElement) document.exitFullscreen().catch(logMistake);
    };
  }, []);
  const toggle = () => {
    const done = on ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    // Refused where the person has not asked for it by a press of a key or a button.
    done.catch(logMistake);
  };
  return { can: document.fullscreenEnabled ?? false, on, toggle };
}
