/** Numbers, sizes and dates as people read them, in the language of the page. */

/** The language whose plural rules hold. */
let language = 'en';
/** The language in which numbers and dates are written: the reader's own variety of it. */
let locale: string | undefined;
/** The formats of this language: to make one takes a thousand times as long as to write with it. */
const formats = new Map<string, unknown>();

/** Sets the language of all that is written from now on. */
export function writeIn(chosen: string, variety: string) {
  language = chosen;
  locale = variety;
  formats.clear();
}

/** Returns the format of a name, made when it is first used. */
function format<Format>(name: string, make: () => Format): Format {
  if (!formats.has(name)) formats.set(name, make());
  return formats.get(name) as Format;
}

/** `1,204`. */
export function number(count: number): string {
  return format('number', () => new Intl.NumberFormat(locale)).format(count);
}

/** The text for a count, by the plural rules of the language; `#` in it becomes the count. */
export function plural(count: number, forms: { one: string; other: string }): string {
  const rule = format('plural', () => new Intl.PluralRules(language)).select(count);
  const form = rule === 'one' ? forms.one : forms.other;
  return form.replace('#', number(count));
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes with decimal units, as shops and operating systems count them: `1.4 MB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const maximumFractionDigits = unit === 0 || value >= 100 ? 0 : 1;
  const make = () => new Intl.NumberFormat(locale, { maximumFractionDigits });
  return `${format(`number ${maximumFractionDigits}`, make).format(value)} ${UNITS[unit]}`;
}

const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric' };
const MOMENT: Intl.DateTimeFormatOptions = {
  ...DAY, weekday: 'long', hour: 'numeric', minute: '2-digit', timeZone: 'UTC',
};
const WHEN: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
const MONTH: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', timeZone: 'UTC' };

function written(date: Date, name: string, options: Intl.DateTimeFormatOptions): string {
  return format(name, () => new Intl.DateTimeFormat(locale, options)).format(date);
}

/**
 * An RFC 3339 time on the clock of where the photo was taken, `offset` minutes east of UTC: what
 * was taken at nine in Tokyo was taken at nine, wherever it is looked at. Without an offset the
 * time is the camera's clock, written as UTC.
 */
export function moment(time: string | null | undefined, offset: number | null = null): string {
  const date = new Date(Date.parse(time ?? '') + (offset ?? 0) * 60_000);
  if (Number.isNaN(date.getTime())) return '';
  return written(date, 'moment', MOMENT);
}

/** A day, as people write it: `3 May 2026`. */
export function day(time: string): string {
  return written(new Date(time), 'day', DAY);
}

/** A moment on the reader's own clock. */
export function when(time: string): string {
  return written(new Date(time), 'when', WHEN);
}

/** `May 2026`, of `2026-05`. */
export function monthName(month: string): string {
  return written(new Date(`${month}-01T00:00:00Z`), 'month', MONTH);
}

/** `in 3 days`, `2 hours ago`. */
export function fromNow(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const relative = format('relative', () => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60],
  ];
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(0, 'minute');
}

/** `47.3769° N, 8.5417° E`. */
export function place({ latitude, longitude }: { latitude: number; longitude: number }): string {
  const half = (value: number, positive: string, negative: string) =>
    `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  return `${half(latitude, 'N', 'S')}, ${half(longitude, 'E', 'W')}`;
}

interface Device {
  make?: string | null;
  model?: string | null;
}

/** The name that a camera gives itself, without the maker twice: `Canon EOS R5`. */
export function camera({ make, model }: Device): string {
  if (!make || !model) return make || model || '';
  const maker = make.split(/\s/)[0] ?? '';
  return model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${make} ${model}`;
}
