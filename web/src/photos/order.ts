/** The order of photos: the API's own. */

interface Taken {
  id: string;
  taken_at: string;
  taken_offset?: number | null;
}

/** The clock of the place, in milliseconds; of a photo without a zone `taken_at` is that clock. */
function clock({ taken_at, taken_offset }: Taken): number {
  return Date.parse(taken_at) + (taken_offset ?? 0) * 60_000;
}

/** `.123456Z`: what a `Date` cuts off is in it, and no zone changes it. */
const fraction = ({ taken_at }: Taken) => taken_at.slice(19);

/** Newest first by the clock of the place, then by id. */
export function newestFirst(a: Taken, b: Taken): number {
  const apart = clock(b) - clock(a);
  if (apart !== 0) return apart;
  if (fraction(a) !== fraction(b)) return fraction(a) < fraction(b) ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
