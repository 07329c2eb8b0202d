/** The tags of a photo. */

import { useSignal } from '@preact/signals';
import { answer, api, Icon, messageOf, notice, readPhoto, text, type Photo } from '../../shell';

interface Props {
  photo: Photo;
  mayEdit: boolean;
  changed: (photo: Photo) => void;
}

export function Tags({ photo, mayEdit, changed }: Props) {
  const typed = useSignal('');
  const change = async (tag: string, put: boolean) => {
    const params = { path: { photo: photo.id }, query: { tag } };
    try {
      if (put) await answer(api.PUT('/v1/photos/{photo}/tags', { params }));
      else await answer(api.DELETE('/v1/photos/{photo}/tags', { params }));
      // Its version has grown, too.
      changed(await readPhoto(photo.id));
    } catch (error) {
      notice(messageOf(error));
    }
  };
  const add = (event: Event) => {
    event.preventDefault();
    const tag = typed.value.trim();
    typed.value = '';
    if (tag) change(tag, true);
  };
  if (photo.tags.length === 0 && !mayEdit) return null;
  return (
    <section class="details-part">
      <h3>{text.details.tags}</h3>
      <ul class="chips" role="list">
        {photo.tags.map((tag) => (
          <li class="chip" key={tag}>
            <a href={`#/search?tag=${encodeURIComponent(tag)}`}>{tag}</a>
            {mayEdit && (
              <button type="button" aria-label={text.details.removeTag(tag)} onClick={() => change(tag, false)}>
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <form class="inline-form" onSubmit={add}>
          <input class="input" aria-label={text.details.addTag} placeholder={text.details.addTag}
            maxLength={50} autocomplete="off" autocapitalize="none" value={typed.value}
            onInput={(event) => { typed.value = event.currentTarget.value; }} />
          <button class="button is-icon" type="submit" aria-label={text.details.addTag}>
            <Icon name="add" />
          </button>
        </form>
      )}
    </section>
  );
}
