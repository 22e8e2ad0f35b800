export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @param numbers at least one */
export function spreadOf(numbers: readonly number[]): Spread {
  return { min: quantile(numbers, 0), median: quantile(numbers, 0.5), max: quantile(numbers, 1) };
}

/** The number that this share of them, 0 to 1, does not exceed; NaN without numbers. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Slope of the line that fits the points best (least squares). */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const sum = (of: (x: number, y: number) => number): number =>
    points.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}
