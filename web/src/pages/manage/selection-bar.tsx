/** The bar that appears while photos are chosen: all that can be done with them. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  Field, Form, Icon, logMistake, messageOf, notice, showDialog, text, type IconName, type PhotoSet,
  type Selection,
} from '../../shell';
import { addTag, copyTo, makeFavourites, moveTo, removeFrom, trash } from './changes';
import { chooseAlbum } from './choose-album';
import { saveZip } from './zip';

/** As much of a list as the bar needs. */
type Photos = Pick<PhotoSet, 'all' | 'ready' | 'take'>;

export interface SelectionBarProps {
  selection: Selection;
  photos: Photos;
  /** The name of the ZIP file. */
  title: string;
  /** True where the photos are the caller's own. */
  mine: boolean;
  /** True where the caller may change the photos. */
  mayEdit: boolean;
  /** The album that they are chosen in. */
  album?: string;
  /** Makes a photo the cover of the album. */
  setCover?: (photo: string) => Promise<void>;
  /** Called when something was changed. */
  changed?: () => void;
}

type Act = (ids: string[]) => Promise<unknown> | void;

export function SelectionBar(props: SelectionBarProps) {
  const { selection, photos, title, mine, mayEdit, album } = props;
  const busy = useSignal(false);
  useEscape(() => selection.clear());
  const ids = [...selection.chosen.value];
  const run = async (act: Act) => {
    busy.value = true;
    try {
      await act(ids);
      selection.clear();
      props.changed?.();
    } catch (error) {
      logMistake(error);
      notice(messageOf(error));
    } finally {
      busy.value = false;
    }
  };
  const zip: Act = (chosen) => {
    const wanted = photos.ready.value.filter(({ id }) => chosen.includes(id));
    return saveZip(async () => wanted, title);
  };
  const copying = () => chooseAlbum(text.selection.copyTo, album, (to) => run((all) => copyTo(all, to)));
  const moving = () => {
    if (!album) return;
    chooseAlbum(text.selection.moveTo, album, (to) => run((all) => moveTo(all, album, to, photos)));
  };
  const cover = props.setCover;
  const first = ids[0];
  return (
    <div class="selection-bar" role="toolbar" aria-label={text.selection.label} aria-busy={busy.value}>
      <Tool icon="close" label={text.selection.none} act={() => selection.clear()} />
      <p class="selection-count" role="status">{text.selection.count(ids.length)}</p>
      <Tool icon="select" label={text.selection.all} act={() => selection.all(photos.ready.value)} />
      <Tool icon="heart" label={text.selection.favourite} act={() => run(makeFavourites)} />
      {mayEdit && <Tool icon="tag" label={text.selection.tag} act={() => askTag(run)} />}
      <Tool icon="download" label={text.selection.download} act={() => run(zip)} />
      {mine && <Tool icon="add" label={text.selection.copyTo} act={copying} />}
      {mine && album && <Tool icon="move" label={text.selection.moveTo} act={moving} />}
      {cover && first && ids.length === 1 && (
        <Tool icon="cover" label={text.selection.cover} act={() => run(() => cover(first))} />
      )}
      {mine && album && (
        <Tool icon="leave" label={text.selection.removeFrom}
          act={() => run((all) => removeFrom(all, album, photos))} />
      )}
      {mine && <Tool icon="trash" label={text.selection.trash} act={() => run((all) => trash(all, photos))} />}
    </div>
  );
}

function Tool({ icon, label, act }: { icon: IconName; label: string; act: () => void }) {
  return (
    <button class="button is-icon" type="button" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

function askTag(run: (act: Act) => Promise<void>) {
  showDialog(text.selection.tag, (close) => {
    const submit = ({ tag = '' }: Record<string, string>) => {
      close();
      run((ids) => addTag(ids, tag.trim()));
    };
    return (
      <Form action={text.selection.tag} submit={submit}>
        <Field name="tag" label={text.nav.tags} required maxLength={50} autocomplete="off"
          autocapitalize="none" hint={text.selection.tagHint} />
      </Form>
    );
  });
}

function useEscape(act: () => void) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) act();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
