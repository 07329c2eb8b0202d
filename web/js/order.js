/** The order of photos: the API's own. */

/** What the clock of the place showed, in milliseconds: of a photo without a zone `taken_at` is that clock. */
function clock({ taken_at, taken_offset }) {
  return Date.parse(taken_at) + (taken_offset ?? 0) * 60_000;
}

/** `.123456Z`: what a `Date` cuts off is in it, and no zone changes it. */
const fraction = ({ taken_at }) => taken_at.slice(19);

/** Newest first by the clock of the place, then by id. */
export function newestFirst(a, b) {
  const apart = clock(b) - clock(a);
  if (apart !== 0) return apart;
  if (fraction(a) !== fraction(b)) return fraction(a) < fraction(b) ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
