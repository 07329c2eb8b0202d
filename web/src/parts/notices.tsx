/** The notices at the edge of the page. */

import { dismiss, notices, type Notice } from '../core/live';
import { text } from '../i18n';

export function Notices() {
  return (
    <section class="notices" aria-label={text.notices}>
      {notices.value.map((one) => <NoticeLine key={one.key} notice={one} />)}
    </section>
  );
}

function NoticeLine({ notice: { key, message, action } }: { notice: Notice }) {
  if (!action) return <p class="notice">{message}</p>;
  const act = () => {
    dismiss(key);
    action.run();
  };
  return (
    <div class="notice has-action">
      <p>{message}</p>
      <button class="button is-small" type="button" onClick={act}>{action.label}</button>
    </div>
  );
}
