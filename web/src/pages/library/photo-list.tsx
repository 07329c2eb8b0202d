/** A page that is a list of photos: its head, the sheet, what can be done with them, the viewer. */

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  address, closeAbove, ListOf, openAbove, replace, Sheet, type PhotoSet, type Selection,
  lazy,
} from '../../shell';

const SelectionBar = lazy(() => import('../manage/selection-bar').then((module) => module.SelectionBar));
const Viewer = lazy(() => import('../viewer/viewer').then((module) => module.Viewer));

interface Props {
  photos: PhotoSet;
  selection: Selection;
  /** The title of the page, and the name of a ZIP file of it. */
  title: string;
  /** The hash of the page without its query: `#/favourites`. */
  base: string;
  empty: ComponentChildren;
}

/** The query of the address, which stays the same while photos are opened and closed. */
function queryOf(): string {
  const { query } = address.value;
  return query.size > 0 ? `?${query}` : '';
}

export function PhotoList({ photos, selection, title, base, empty }: Props) {
  const { photo } = address.value;
  const hashOf = (id: string) => `${base}/${id}${queryOf()}`;
  const { list, ready, shown } = photos;
  useEffect(() => () => photos.close(), [photos]);
  const close = () => closeAbove(`${base}${queryOf()}`);
  const remove = async (id: string) => {
    const at = ready.value.findIndex((one) => one.id === id);
    const next = ready.value[at + 1] ?? ready.value[at - 1];
    if (next) replace(hashOf(next.id));
    else close();
    const { trash } = await import('../manage/changes');
    await trash([id], photos);
  };
  return (
    <>
      <ListOf list={list} empty={empty}>
        {() => (shown.value.length === 0 && list.complete.value ? empty : (
          <Sheet photos={shown.value} selection={selection} hrefOf={({ id }) => hashOf(id)}
            open={({ id }) => openAbove(hashOf(id))} />
        ))}
      </ListOf>
      {photo && (
        <Viewer photos={ready.value} current={photo} mayEdit complete={list.complete.value}
          total={list.complete.value ? ready.value.length : null} more={() => list.more()}
          close={close} go={(id) => replace(hashOf(id))} changed={(one) => photos.put(one)}
          remove={remove} />
      )}
      {selection.active.value && (
        <SelectionBar selection={selection} photos={photos} title={title} mine mayEdit />
      )}
    </>
  );
}
