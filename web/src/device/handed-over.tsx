/** Photos that the phone's own share sheet hands over: they are shown, and an album is chosen for them. */

import { useEffect, useMemo } from 'preact/hooks';
import { address, logMistake, pictures, replace, text, uploads } from '../shell';
import { takeShared } from './store';

/** The most that are shown. */
const SHOWN = 12;

/** Asks for the album of what was handed over, if the address says that something was. */
export async function takeHandedOver() {
  const ticket = address.peek().query.get('shared');
  if (ticket === null) return;
  replace('#/');
  try {
    const { files } = pictures(await takeShared(ticket));
    if (files.length === 0) return;
    const { chooseAlbum } = await import('../pages/manage/choose-album');
    const title = text.device.handedOver(files.length);
    chooseAlbum(title, undefined, (album) => uploads.add(files, album), <HandedOver files={files} />);
  } catch (error) {
    logMistake(error);
  }
}

/** The photos: whoever did not share them sees so, and adds them nowhere. */
function HandedOver({ files }: { files: File[] }) {
  const addresses = useMemo(() => files.slice(0, SHOWN).map((file) => URL.createObjectURL(file)), [files]);
  useEffect(() => () => addresses.forEach((one) => URL.revokeObjectURL(one)), [addresses]);
  return (
    <>
      <p class="dialog-note">{text.device.handedOverLead}</p>
      <ul class="handed-over" role="list">
        {addresses.map((one, index) => (
          <li key={one}><img src={one} alt={files[index]?.name ?? ''} /></li>
        ))}
      </ul>
    </>
  );
}
