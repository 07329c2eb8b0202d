/** What is known about a photo, and what people say about it. */

import type { ComponentChildren } from 'preact';
import {
  answer, api, bytes, camera, Icon, lazy, messageOf, moment, notice, once, place, text, type Photo,
} from '../../shell';
import { Comments } from './comments';
import { editPhoto } from './edit';
import { Tags } from './tags';
import type { ViewerProps } from './viewer';

const Spot = lazy(() => import('../../map/spot').then((module) => module.Spot));

export interface DetailsProps extends ViewerProps {
  photo: Photo;
}

export function DetailsPanel(props: DetailsProps) {
  const { photo, mayEdit, changed, guest } = props;
  return (
    <div class="details">
      <Facts photo={photo} guest={guest !== undefined} />
      {mayEdit && (
        <div class="details-actions">
          <button class="button is-small" type="button" onClick={() => editPhoto(photo.id, changed)}>
            <Icon name="edit" />{text.details.edit}
          </button>
          <button class="button is-small" type="button" onClick={() => reprocess(photo)}>
            <Icon name="retry" />{text.details.reprocess}
          </button>
        </div>
      )}
      <Tags photo={photo} mayEdit={mayEdit} changed={changed} />
      {!guest && <Comments {...props} />}
    </div>
  );
}

async function reprocess(photo: Photo) {
  const params = { path: { photo: photo.id }, header: once() };
  try {
    await answer(api.POST('/v1/photos/{photo}/reprocess', { params }));
    notice(text.details.reprocessing);
  } catch (error) {
    notice(messageOf(error));
  }
}

/** The list of terms; what is not known is left out. */
function Facts({ photo, guest }: { photo: Photo; guest: boolean }) {
  const device = photo.camera ? camera(photo.camera) : '';
  const { width, height } = photo;
  // Guests are not told how large the file is.
  const sizes = [width && height && text.details.pixels(width, height), photo.bytes > 0 && bytes(photo.bytes)];
  const size = sizes.filter(Boolean).join(', ');
  return (
    <dl>
      <Row term={text.details.taken}>{moment(photo.taken_at, photo.taken_offset)}</Row>
      <Row term={text.details.camera}>{device}</Row>
      <Row term={text.details.lens}>{photo.camera?.lens}</Row>
      <Row term={text.details.place}>
        {photo.place && <>{place(photo.place)}<Spot where={photo.place} leads={!guest} /></>}
      </Row>
      <Row term={text.details.file}>{photo.name}</Row>
      <Row term={text.details.size}>{size}</Row>
      <Row term="SHA-256">
        {photo.sha256 && <span class="details-hash">{photo.sha256}</span>}
      </Row>
    </dl>
  );
}

function Row({ term, children }: { term: string; children: ComponentChildren }) {
  if (!children) return null;
  return <div class="details-row"><dt>{term}</dt><dd>{children}</dd></div>;
}
