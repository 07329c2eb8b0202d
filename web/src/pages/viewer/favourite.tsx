/** The heart: filled where the photo is a favourite of the caller. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { answer, api, Icon, logMistake, messageOf, notice, text } from '../../shell';

export function FavouriteButton({ photo }: { photo: string }) {
  const favourite = useSignal(false);
  const params = { path: { photo } };
  useEffect(() => {
    let gone = false;
    favourite.value = false;
    answer(api.GET('/v1/photos/{photo}/favourite', { params })).then((found) => {
      if (!gone) favourite.value = found.favourite;
    }, logMistake);
    return () => { gone = true; };
  }, [photo]);
  const toggle = async () => {
    const wanted = !favourite.value;
    favourite.value = wanted;
    try {
      if (wanted) await answer(api.PUT('/v1/photos/{photo}/favourite', { params }));
      else await answer(api.DELETE('/v1/photos/{photo}/favourite', { params }));
    } catch (error) {
      favourite.value = !wanted;
      notice(messageOf(error));
    }
  };
  return (
    <button class={`button is-icon viewer-heart ${favourite.value ? 'is-on' : ''}`} type="button"
      aria-label={text.details.favourite} title={text.details.favourite}
      aria-pressed={favourite.value} onClick={toggle}>
      <Icon name="heart" />
    </button>
  );
}
