import { barChart } from './chart.ts';
import { type Comparison, type Result, ratioOf } from './compare.ts';
import { markdownTable } from './markdown.ts';
import { quantile, type Spread } from './statistics.ts';

/** @param against what the version before is called */
export function tableOf(comparisons: readonly Comparison[], against: string | undefined): string {
  const measured = ['Limit /s', 'Taskpact /s', 'Ratio: median (min to max)', 'Goal'];
  const processors = ['Processor: limit', 'Taskpact'];
  const before = against === undefined ? [] : [`${against} /s`, `Ratio to ${against}`, 'Processor'];
  const rows = comparisons.map(({ scenario, base, taskpact, before: earlier }) => [
    scenario.name,
    rate(base),
    rate(taskpact),
    spread(ratioOf(taskpact, base)),
    scenario.goal?.toFixed(1) ?? '',
    cpu(base),
    cpu(taskpact),
    ...(against === undefined ? [] : [rate(earlier), spread(ratioOf(taskpact, earlier)), cpu(earlier)]),
  ]);
  return markdownTable(['Scenario', ...measured, ...processors, ...before], rows);
}

export function chartOf(comparisons: readonly Comparison[]): string {
  const bars = comparisons.map(({ scenario, base, taskpact }) => ({
    label: scenario.name,
    ...ratioOf(taskpact, base),
    goal: scenario.goal,
  }));
  return barChart('Throughput, as a share of the limit', bars);
}

/** A round of a second on a slow machine may hold no login. */
const NOTHING = '–';

function rate(results: readonly Result[]): string {
  const median = quantile(
    results.map((result) => result.rate),
    0.5,
  );
  return median > 0 ? median.toFixed(median < 100 ? 1 : 0) : NOTHING;
}

function cpu(results: readonly Result[]): string {
  const median = quantile(
    results.map((result) => result.cpu),
    0.5,
  );
  return Number.isFinite(median) ? `${median.toFixed(0)} µs` : NOTHING;
}

function spread({ min, median, max }: Spread): string {
  if (!Number.isFinite(median)) return NOTHING;
  return `**${median.toFixed(2)}** (${min.toFixed(2)} to ${max.toFixed(2)})`;
}
