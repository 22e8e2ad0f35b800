/** Rows that one statement changes, so that none comes near its time limit. */
const BATCH = 2_000;

/** The rows, as many at a time as one statement should change. */
export function* inBatches<Row>(rows: readonly Row[]): Iterable<readonly Row[]> {
  for (let start = 0; start < rows.length; start += BATCH) yield rows.slice(start, start + BATCH);
}
