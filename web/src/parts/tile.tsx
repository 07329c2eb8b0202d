/** One photo on a sheet. */

import { useRef } from 'preact/hooks';
import type { Photo } from '../api/types';
import { pure } from '../core/pure';
import { text } from '../i18n';
import type { Box } from '../photos/justified';
import { Icon } from './icons';
import { altOf, PhotoImage } from './photo-image';

/** A photo as a sheet needs it; guests are shown only what is ready. */
export type Shown = Pick<Photo, 'id' | 'width' | 'height' | 'caption' | 'placeholder' | 'renditions'>
  & Partial<Pick<Photo, 'status' | 'name' | 'error' | 'taken_at' | 'taken_offset'>>;

/** How long a finger rests on a photo to choose it, in milliseconds. */
const LONG = 450;

/** What a tile does when it is used. */
export interface TileActions {
  open: (event: MouseEvent, photo: Shown) => void;
  toggle: (event: MouseEvent, photo: Shown) => void;
  /** A finger has rested on it. */
  press: (photo: Shown) => void;
}

interface Props {
  photo: Shown;
  box: Box;
  position: number;
  of: number;
  href: string;
  focusable: boolean;
  /** `undefined` where nothing can be chosen. */
  chosen: boolean | undefined;
  actions: TileActions;
}

export const Tile = pure((props: Props) => {
  const { photo, box, position, of, chosen, actions } = props;
  const style = {
    transform: `translate(${box.left}px, ${box.top}px)`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  };
  const status = photo.status ?? 'ready';
  return (
    <li class={`tile ${chosen ? 'is-chosen' : ''}`} data-photo={photo.id} data-status={status}
      style={style} aria-posinset={position + 1} aria-setsize={of}>
      {status === 'ready' ? <TileLink {...props} /> : <TileState photo={photo} />}
      {chosen !== undefined && (
        <button class="tile-choose" type="button" role="checkbox" aria-checked={chosen} tabIndex={-1}
          aria-label={text.photo.select(altOf(photo))} onClick={(event) => actions.toggle(event, photo)} />
      )}
    </li>
  );
});

function TileLink({ photo, box, href, focusable, chosen, actions }: Props) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const pressed = useRef(false);
  // Cropped tiles show a part of a wider picture.
  const shape = (photo.width ?? 1) / (photo.height ?? 1);
  const width = Math.ceil(Math.max(box.width, box.height * shape));
  const stop = () => clearTimeout(timer.current);
  const down = (event: PointerEvent) => {
    pressed.current = false;
    if (chosen === undefined || event.pointerType === 'mouse') return;
    timer.current = setTimeout(() => {
      pressed.current = true;
      actions.press(photo);
    }, LONG);
  };
  const click = (event: MouseEvent) => {
    stop();
    if (pressed.current) event.preventDefault();
    else actions.open(event, photo);
    pressed.current = false;
  };
  return (
    <a class="tile-link" href={href} tabIndex={focusable ? 0 : -1} onClick={click}
      onPointerDown={down} onPointerUp={stop} onPointerCancel={stop} onPointerLeave={stop}
      onContextMenu={(event) => { if (pressed.current) event.preventDefault(); }}>
      <PhotoImage photo={photo} id={photo.id} sizes={`${width}px`} alt={altOf(photo)} />
    </a>
  );
}

/** What stands where a photo will be, or cannot be. */
function TileState({ photo: { name, status, error } }: { photo: Shown }) {
  if (status === 'failed') {
    const why = error?.detail ?? text.photo.refused;
    return (
      <div class="tile-state is-failed" title={why}>
        <Icon name="warning" /><p class="tile-name">{name}</p><p class="tile-why">{why}</p>
      </div>
    );
  }
  return (
    <div class="tile-state">
      <p class="tile-why">{text.photo.developing}</p><p class="tile-name">{name}</p>
    </div>
  );
}
