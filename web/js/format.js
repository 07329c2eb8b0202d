/** Numbers, sizes and dates as people read them, in the language of the browser. */

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes with decimal units, as shops and operating systems count them: `1.4 MB`. */
export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

/** `1 photo`, `1,204 photos`. */
export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { year: 'numeric', month: 'long', day: 'numeric' };

/**
 * An RFC 3339 time on the clock of where the photo was taken, `offset` minutes east of UTC: what
 * was taken at nine in Tokyo was taken at nine, wherever it is looked at. Without an offset the
 * time is the camera's clock, written as UTC.
 */
export function moment(time, offset = null) {
  const date = new Date(Date.parse(time ?? '') + (offset ?? 0) * 60_000);
  if (Number.isNaN(date.getTime())) return '';
  return date.toLocaleString(undefined, {
    ...DAY, weekday: 'long', hour: 'numeric', minute: '2-digit', timeZone: 'UTC',
  });
}

/** `47.3769° N, 8.5417° E`. */
export function place({ latitude, longitude }) {
  const half = (value, positive, negative) =>
    `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
  return `${half(latitude, 'N', 'S')}, ${half(longitude, 'E', 'W')}`;
}

/** What a camera calls itself, without saying the maker twice: `Canon EOS R5`. */
export function camera({ make, model }) {
  if (!make || !model) return make || model || '';
  const maker = make.split(/\s/)[0].toLowerCase();
  return model.toLowerCase().startsWith(maker) ? model : `${make} ${model}`;
}
