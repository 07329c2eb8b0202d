/** The years at the side of the timeline: pressed or dragged, they lead to any month. */

import { useRef, useState } from 'preact/hooks';
import { monthName, text } from '../../shell';
import { placeAt, type Place } from './places';

interface Props {
  places: Place[];
  height: number;
  /** The month at the top of the window. */
  current: number;
  go: (position: number) => void;
}

interface Mark {
  year: string;
  share: number;
}

/** The first month of each year, where there is room for its number. */
function marksOf(places: readonly Place[], height: number): Mark[] {
  const marks: Mark[] = [];
  for (const { month, top } of places) {
    const year = month.slice(0, 4);
    const last = marks.at(-1);
    const share = top / height;
    if (last?.year === year || (last && share - last.share < 0.04)) continue;
    marks.push({ year, share });
  }
  return marks;
}

export function Scrubber({ places, height, current, go }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<number | null>(null);
  const move = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box) return;
    const share = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
    setHeld(share);
    go(share * height);
  };
  const down = (event: PointerEvent) => {
    bar.current?.setPointerCapture(event.pointerId);
    move(event);
  };
  const pressed = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, PageUp: -12, PageDown: 12 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(places.length - 1, Math.max(0, current + step));
    go(places[next]?.top ?? 0);
  };
  const at = held === null ? current : placeAt(places, held * height);
  const place = places[at];
  if (!place || places.length < 2) return null;
  const share = held ?? place.top / height;
  return (
    <div class={`scrubber ${held === null ? '' : 'is-held'}`} ref={bar} role="slider" tabIndex={0}
      aria-label={text.library.timeline} aria-orientation="vertical" aria-valuemin={0}
      aria-valuemax={places.length - 1} aria-valuenow={at} aria-valuetext={monthName(place.month)}
      onKeyDown={pressed} onPointerDown={down} onPointerMove={(event) => { if (held !== null) move(event); }}
      onPointerUp={() => setHeld(null)} onPointerCancel={() => setHeld(null)}>
      {marksOf(places, height).map((mark) => (
        <span key={mark.year} class="scrubber-year" style={{ top: `${mark.share * 100}%` }}>{mark.year}</span>
      ))}
      <span class="scrubber-here" style={{ top: `${share * 100}%` }}>
        <span class="scrubber-month">{monthName(place.month)}</span>
      </span>
    </div>
  );
}
