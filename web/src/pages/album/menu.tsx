/** The buttons of an album; what they do is loaded when one is pressed. */

import { attempt, Icon, NetworkError, text, type Album, type IconName } from '../../shell';

type Actions = typeof import('../manage/album-actions');

async function loadActions(): Promise<Actions> {
  try {
    return await import('../manage/album-actions');
  } catch (error) {
    throw new NetworkError(error);
  }
}

interface AlbumMenuProps {
  album: Album;
  changed: (album: Album) => void;
}

export function AlbumMenu({ album, changed }: AlbumMenuProps) {
  const mine = album.role === 'owner';
  return (
    <>
      {mine && <Tool icon="share" label={text.manage.share} act={({ showShares }) => showShares(album)} />}
      {mine && <Tool icon="people" label={text.manage.members} act={({ showMembers }) => showMembers(album)} />}
      {mine && <Tool icon="edit" label={text.manage.edit} act={({ editAlbum }) => editAlbum(album, changed)} />}
      <Tool icon="download" label={text.manage.download} act={({ saveAll }) => saveAll(album)} />
      {mine && <Tool icon="trash" label={text.manage.deleteAlbum} act={({ remove }) => remove(album)} />}
      {!mine && <Tool icon="leave" label={text.manage.leave} act={({ leave }) => leave(album)} />}
    </>
  );
}

interface ToolProps {
  icon: IconName;
  label: string;
  act: (actions: Actions) => unknown;
}

function Tool({ icon, label, act }: ToolProps) {
  const press = () => attempt(async () => act(await loadActions()));
  return (
    <button class="button is-icon" type="button" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
