/** One album: its photos, adding to them, and the viewer above them. */

import { useEffect, useMemo } from 'preact/hooks';
import {
  address, albumHash, albumsHash, Chooser, closeAbove, Empty, Endless, Failure, Icon, Loading,
  Missing, openAbove, photoHash, replace, Sheet, statusOf, text, useDrops, type Dropped,
  lazy,
} from '../../shell';
import { AlbumMenu } from './menu';
import { AlbumModel } from './model';

const SelectionBar = lazy(() => import('../manage/selection-bar').then((module) => module.SelectionBar));
const Viewer = lazy(() => import('../viewer/viewer').then((module) => module.Viewer));

export function AlbumPage({ id }: { id: string }) {
  const model = useMemo(() => new AlbumModel(id), [id]);
  useEffect(() => () => model.close(), [model]);
  const album = model.album.value;
  const over = useDrops(model.mayEdit ? ({ files }: Dropped) => model.add(files) : null);
  useEffect(() => {
    if (album) document.title = `${album.title} · ${text.name}`;
  }, [album?.title]);
  if (!album) {
    const failure = model.failure.value;
    if (failure === null) return <div class="page album"><Loading /></div>;
    if (statusOf(failure) === 404) return <div class="page"><Missing message={text.missing.album} /></div>;
    return <div class="page album"><Failure error={failure} retry={() => model.load()} /></div>;
  }
  return (
    <div class={`page album ${over ? 'is-dropping' : ''}`}>
      <AlbumHead model={model} />
      <AlbumBody model={model} />
      <div class="drop-hint" aria-hidden="true">
        <p><Icon name="photos" />{text.album.drop(album.title)}</p>
      </div>
      <AlbumViewer model={model} />
      {model.selection.active.value && (
        <SelectionBar selection={model.selection} photos={model.photos} title={album.title}
          mine={model.mine} mayEdit={model.mayEdit} album={model.id}
          changed={() => model.recountSoon()}
          {...(model.mine && { setCover: (photo: string) => model.setCover(photo) })} />
      )}
    </div>
  );
}

function AlbumHead({ model }: { model: AlbumModel }) {
  const album = model.album.value!;
  return (
    <>
      <a class="crumb" href={albumsHash}><Icon name="back" />{text.albums.title}</a>
      <div class="page-head">
        <div class="album-title">
          <h1 tabIndex={-1} dir="auto">{album.title}</h1>
          {album.description && <p class="lead" dir="auto">{album.description}</p>}
          <p class="album-count">{countOf(model)}</p>
        </div>
        <div class="page-actions">
          <AlbumMenu album={album} changed={(fresh) => model.rename(fresh)} />
          {model.mayEdit && <>
            <Chooser label={text.album.chooseFolder} icon="folder" class="button folder-button" folder
              take={(files) => model.add(files)}>{text.album.addFolder}</Chooser>
            <Chooser label={text.album.choosePhotos} icon="add" class="button is-primary"
              take={(files) => model.add(files)}>{text.album.addPhotos}</Chooser>
          </>}
        </div>
      </div>
      {model.lost.value > 0 && <p class="album-lost">{text.album.lost(model.lost.value)}</p>}
    </>
  );
}

/** The number of photos, and of those that failed. */
function countOf(model: AlbumModel): string {
  const { list, shown } = model.photos;
  if (!list.complete.value) return text.photos(model.album.value?.photo_count ?? 0);
  const failed = shown.value.filter(({ status }) => status === 'failed').length;
  const good = shown.value.length - failed;
  const parts = [];
  if (good > 0) parts.push(text.photos(good));
  if (failed > 0) parts.push(text.album.failed(failed));
  return parts.join(', ');
}

function AlbumBody({ model }: { model: AlbumModel }) {
  const { list, shown } = model.photos;
  if (shown.value.length === 0 && list.complete.value) {
    return <div class="album-body"><AlbumEmpty mayEdit={model.mayEdit} /></div>;
  }
  return (
    <>
      <div class="album-body">
        <Sheet photos={shown.value} selection={model.selection} focus={model.left.value}
          hrefOf={(photo) => photoHash(model.id, photo.id)}
          open={(photo) => openAbove(photoHash(model.id, photo.id))} />
      </div>
      <Endless list={list} />
    </>
  );
}

function AlbumEmpty({ mayEdit }: { mayEdit: boolean }) {
  if (!mayEdit) return <Empty title={text.album.empty}><p>{text.album.emptyViewer}</p></Empty>;
  return (
    <Empty title={text.album.empty}>
      <p class="for-mouse">{text.album.emptyMouse}</p>
      <p class="for-touch">{text.album.emptyTouch}</p>
    </Empty>
  );
}

/** The viewer, while the address names a photo. */
function AlbumViewer({ model }: { model: AlbumModel }) {
  const { photo } = address.value;
  useEffect(() => {
    if (photo) model.left.value = null;
  }, [photo]);
  if (!photo) return null;
  const { list, ready } = model.photos;
  const total = list.complete.value ? ready.value.length : model.album.value?.photo_count ?? 0;
  const close = () => {
    closeAbove(albumHash(model.id));
    model.left.value = photo;
  };
  const remove = async (id: string) => {
    const at = ready.value.findIndex((one) => one.id === id);
    const next = ready.value[at + 1] ?? ready.value[at - 1];
    if (next) replace(photoHash(model.id, next.id));
    else close();
    const { trash } = await import('../manage/changes');
    await trash([id], model.photos);
    model.recountSoon();
  };
  return (
    <Viewer photos={ready.value} total={total} complete={list.complete.value} current={photo}
      album={model.id} mayEdit={model.mayEdit} more={() => list.more()} close={close}
      go={(id: string) => replace(photoHash(model.id, id))} changed={(one) => model.photos.put(one)}
      remove={model.mine ? remove : undefined} />
  );
}
