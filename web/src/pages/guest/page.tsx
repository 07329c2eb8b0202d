/** The page of a shared link. */

import { useEffect, useMemo } from 'preact/hooks';
import {
  address, Chooser, closeAbove, day, Empty, Failure, Field, Form, Icon, ListOf, Loading, Mark,
  logMistake, messageOf, notice, openAbove, pictures, replace, Sheet, statusOf, text, Tray, useDrops,
  lazy,
} from '../../shell';
import { asPhoto, SharedAlbum } from './model';

const Viewer = lazy(() => import('../viewer/viewer').then((module) => module.Viewer));

export function GuestPage() {
  const { token = '' } = address.value;
  const model = useMemo(() => new SharedAlbum(token), [token]);
  useEffect(() => () => model.close(), [model]);
  const album = model.album.value;
  useEffect(() => {
    if (album) document.title = `${album.title} · ${text.name}`;
  }, [album?.title]);
  if (model.locked.value) return <Locked model={model} />;
  const failure = model.failure.value;
  if (failure !== null) {
    if (statusOf(failure) === 404) {
      return <div class="page"><Empty title={text.missing.title} main><p>{text.guest.gone}</p></Empty></div>;
    }
    return <div class="page"><Failure error={failure} retry={() => model.load()} /></div>;
  }
  if (!album) return <div class="page"><Loading /></div>;
  return <Album model={model} />;
}

function Locked({ model }: { model: SharedAlbum }) {
  return (
    <div class="guest-locked">
      <Mark />
      <h1 tabIndex={-1}>{text.guest.locked}</h1>
      <Form action={text.guest.unlock} submit={({ password = '' }) => model.unlock(password)}
        otherwise={{ 'share-locked': { field: 'password', message: text.guest.wrong } }}>
        <Field name="password" label={text.sign.password} type="password" required
          autocomplete="off" />
      </Form>
    </div>
  );
}

function Album({ model }: { model: SharedAlbum }) {
  const album = model.album.value!;
  const { allow_upload: open, expires_at: end } = album.share;
  const hashOf = (photo: string) => `#/s/${model.token}/${photo}`;
  const take = (given: Iterable<File>) => {
    const { files, others } = pictures(given);
    if (others > 0) notice(text.album.leftOut(others));
    if (files.length > 0) model.add(files);
  };
  const over = useDrops(open ? ({ files }) => take(files) : null);
  return (
    <div class={`page album ${over ? 'is-dropping' : ''}`}>
      <div class="page-head">
        <div class="album-title">
          <h1 tabIndex={-1} dir="auto">{album.title}</h1>
          {album.description && <p class="lead" dir="auto">{album.description}</p>}
          <p class="album-count">
            {text.photos(album.photo_count)}{end && ` · ${text.guest.until(day(end))}`}
          </p>
        </div>
        <div class="page-actions">
          {model.mayDownload && album.photo_count > 0 && <DownloadAll model={model} />}
          {open && (
            <Chooser label={text.album.choosePhotos} icon="add" class="button is-primary" take={take}>
              {text.album.addPhotos}
            </Chooser>
          )}
        </div>
      </div>
      <ListOf list={model.photos} empty={<Empty title={text.album.empty} />}>
        {(items) => (
          <Sheet photos={items} hrefOf={({ id }) => hashOf(id)} open={({ id }) => openAbove(hashOf(id))} />
        )}
      </ListOf>
      <GuestViewer model={model} hashOf={hashOf} />
      <Tray queue={model.uploads} />
      <div class="drop-hint" aria-hidden="true">
        <p><Icon name="photos" />{text.album.drop(album.title)}</p>
      </div>
    </div>
  );
}

function DownloadAll({ model }: { model: SharedAlbum }) {
  const list = async () => {
    while (!model.photos.complete.value) {
      await model.photos.more();
      if (model.photos.failure.value) throw model.photos.failure.value;
    }
    return model.photos.items.value.map((photo, index) => ({ ...photo, name: `${index + 1}` }));
  };
  const save = async () => {
    try {
      const { saveZip } = await import('../manage/zip');
      await saveZip(list, model.album.value?.title ?? text.name, (id) => model.original(id));
    } catch (error) {
      logMistake(error);
      notice(messageOf(error));
    }
  };
  return (
    <button class="button" type="button" onClick={save}>
      <Icon name="download" />{text.guest.downloadAll}
    </button>
  );
}

/** Saves an original that no link leads to. */
async function download(model: SharedAlbum, photo: string) {
  try {
    const response = await model.original(photo);
    if (!response.ok) throw new Error(text.viewer.broken);
    const { saveBlob, withEnding } = await import('../manage/zip');
    const title = model.album.value?.title ?? text.name;
    saveBlob(await response.blob(), withEnding(title, response.headers.get('content-type')));
  } catch (error) {
    notice(messageOf(error));
  }
}

function GuestViewer({ model, hashOf }: { model: SharedAlbum; hashOf: (photo: string) => string }) {
  const { photo } = address.value;
  const items = model.photos.items.value;
  const photos = useMemo(() => items.map(asPhoto), [items]);
  if (!photo) return null;
  const guest = {
    ...(model.linksDownload && { originalUrl: (id: string) => model.originalUrl(id) }),
    ...(model.mayDownload && { download: (id: string) => download(model, id) }),
  };
  return (
    <Viewer photos={photos} total={model.album.value?.photo_count ?? null} current={photo}
      complete={model.photos.complete.value} mayEdit={false} more={() => model.photos.more()}
      close={() => closeAbove(`#/s/${model.token}`)} go={(id) => replace(hashOf(id))}
      changed={() => {}} guest={guest} />
  );
}
