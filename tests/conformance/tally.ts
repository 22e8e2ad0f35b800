/** What was generated for each operation, and how it went: the table at the end of a run. */
export interface Row {
  valid: number;
  refused: number;
  atLimit: number;
  odd: number;
  failures: number;
  milliseconds: number;
}

export function emptyRow(): Row {
  return { valid: 0, refused: 0, atLimit: 0, odd: 0, failures: 0, milliseconds: 0 };
}

/** Operations that were not asked for have no line. */
export function table(all: ReadonlyMap<string, Row>, seed: number): string {
  const rows = new Map([...all].filter(([, row]) => row.milliseconds > 0));
  const lines = [...rows].map(([id, row]) => toLine(id, row));
  const sum = emptyRow();
  for (const row of rows.values()) for (const key of Object.keys(sum) as (keyof Row)[]) sum[key] += row[key];
  const cases = sum.valid + sum.refused + sum.atLimit + sum.odd;
  const head = ['operation', 'valid', 'at a limit', 'refused', 'odd', 'failures', 'seconds'];
  const summary = `${rows.size} operations, ${cases} cases, ${sum.failures} failures, seed ${seed}`;
  return ['', format(head), ...lines, toLine('together', sum), summary, ''].join('\n');
}

function toLine(id: string, { valid, atLimit, refused, odd, failures, milliseconds }: Row): string {
  return format([id, valid, atLimit, refused, odd, failures, (milliseconds / 1000).toFixed(1)].map(String));
}

function format([name = '', ...figures]: readonly string[]): string {
  return name.padEnd(24) + figures.map((figure) => figure.padStart(11)).join('');
}
