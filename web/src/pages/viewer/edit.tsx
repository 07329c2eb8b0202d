/** Changes of a photo's caption, date and place. */

import {
  answer, api, Field, Form, messageOf, notice, readPhoto, showDialog, text, unchanged, type Photo,
} from '../../shell';

/** Reads the photo as it is now, and asks for changes of it. */
export async function editPhoto(id: string, changed: (photo: Photo) => void) {
  let photo: Photo;
  try {
    photo = await readPhoto(id);
  } catch (error) {
    notice(messageOf(error));
    return;
  }
  showDialog(text.details.edit, (close) => {
    const submit = async (values: Record<string, string>) => {
      const params = { path: { photo: photo.id }, header: unchanged(photo) };
      const body = changesOf(photo, values);
      if (Object.keys(body).length > 0) {
        changed(await answer(api.PATCH('/v1/photos/{photo}', { params, body })));
      }
      close();
    };
    const { taken_offset: offset, place } = photo;
    return (
      <Form action={text.save} submit={submit}>
        <Field name="caption" label={text.details.caption} optional type="textarea"
          defaultValue={photo.caption} maxLength={2000} />
        <Field name="taken_at" label={text.details.date} type="datetime-local" required
          defaultValue={clockOf(photo)} />
        <Field name="taken_offset" label={text.details.zone} optional type="number"
          hint={text.details.zoneHint} defaultValue={offset === null ? '' : String(offset ?? '')} />
        <div class="field-pair">
          <Field name="latitude" label={text.details.latitude} optional inputmode="decimal"
            defaultValue={place ? String(place.latitude) : ''} />
          <Field name="longitude" label={text.details.longitude} optional inputmode="decimal"
            defaultValue={place ? String(place.longitude) : ''} />
        </div>
      </Form>
    );
  });
}

/** The clock of the place, to the minute, as an input takes it: `2026-05-03T09:30`. */
export function clockOf({ taken_at, taken_offset }: Pick<Photo, 'taken_at' | 'taken_offset'>) {
  const clock = new Date(Date.parse(taken_at) + (taken_offset ?? 0) * 60_000);
  return clock.toISOString().slice(0, 16);
}

/** Returns the fields that differ, as the API takes them. */
export function changesOf(photo: Photo, values: Record<string, string>) {
  const { caption = '', taken_at: clock = '', taken_offset = '', latitude = '', longitude = '' } = values;
  const offset = taken_offset.trim() === '' ? null : Number(taken_offset);
  const taken = clock !== clockOf(photo) || offset !== (photo.taken_offset ?? null);
  const place = { latitude: Number(latitude), longitude: Number(longitude) };
  const placed = latitude.trim() !== '' && longitude.trim() !== '';
  const same = place.latitude === photo.place?.latitude && place.longitude === photo.place?.longitude;
  return {
    ...(caption !== photo.caption && { caption }),
    ...(taken && { taken_at: momentOf(clock, offset), taken_offset: offset }),
    ...(placed && !same && { place }),
  };
}

/** The moment of a clock `offset` minutes east of UTC. */
function momentOf(clock: string, offset: number | null): string {
  const moment = Date.parse(`${clock}:00Z`) - (offset ?? 0) * 60_000;
  return new Date(moment).toISOString();
}
