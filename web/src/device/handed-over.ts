/** Photos that the phone's own share sheet hands over: an album is chosen for them. */

import { address, logMistake, pictures, replace, text, uploads } from '../shell';
import { takeShared } from './store';

/** Asks for the album of what was handed over, if the address says that something was. */
export async function takeHandedOver() {
  if (!address.peek().query.has('shared')) return;
  replace('#/');
  try {
    const { files } = pictures(await takeShared());
    if (files.length === 0) return;
    const { chooseAlbum } = await import('../pages/manage/choose-album');
    chooseAlbum(text.device.handedOver(files.length), undefined, (album) => uploads.add(files, album));
  } catch (error) {
    logMistake(error);
  }
}
