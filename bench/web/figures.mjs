// Figures as the benches of the page print them.

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

const written = (value, { unit, scale }) => `${Number((value / scale).toPrecision(3))} ${unit}`.trim();

function line(measure, visits) {
  const values = visits.map((one) => one[measure.of]);
  const middle = median(values);
  const reached = middle / measure.scale <= measure.most ? 'reached' : 'not reached';
  const range = `${written(Math.min(...values), measure)} – ${written(Math.max(...values), measure)}`;
  const most = measure.most === undefined ? '' : `${measure.most} ${measure.unit}`.trim();
  return `| ${measure.name} | ${most} | ${written(middle, measure)} | ${range} | ${most && reached} |`;
}

/** Prints the median of each measure of some visits, and whether it is what it may be at most. */
export function printMeasures(measures, visits) {
  console.log('| | at most | median | least – most | |');
  console.log('|---|--:|--:|--:|---|');
  for (const measure of measures) console.log(line(measure, visits));
}
