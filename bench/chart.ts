import type { Spread } from './statistics.ts';

/** Colours that tell apart for most eyes (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f', '#b8a800'];
const INK = '#333';
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';

export interface Bar extends Spread {
  readonly label: string;
  readonly goal?: number | undefined;
}

/** Lying bars up to the median, a line from the least to the most, a mark where the goal is. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const [left, width, row, top] = [310, 470, 34, 44];
  const most = Math.max(...bars.flatMap(({ max, goal = 0 }) => [max, goal]));
  const step = niceStep(most / 6);
  const x = (value: number): number => left + (value / (Math.ceil(most / step) * step)) * width;
  const height = top + bars.length * row;
  const grid = ticks(most, step).flatMap((value) => [
    line(x(value), top - 6, x(value), height, INK, 'stroke-opacity="0.3"'),
    text(x(value), height + 18, value.toFixed(step < 1 ? 1 : 0), 'middle'),
  ]);
  const rows = bars.flatMap(({ label, min, median, max, goal }, index) => {
    const y = top + index * row;
    const middle = y + row / 2 - 4;
    return [
      text(left - 10, middle + 4, label, 'end'),
      `<rect x="${left}" y="${y}" width="${round(x(median) - left)}" height="${row - 10}" fill="${COLOURS[0]}"/>`,
      line(x(min), middle, x(max), middle, COLOURS[1], 'stroke-width="3"'),
      text(x(Math.max(max, goal ?? 0)) + 8, middle + 4, median.toFixed(2), 'start'),
      ...(goal === undefined
        ? []
        : [line(x(goal), y - 4, x(goal), y + row - 6, COLOURS[2], 'stroke-width="3"')]),
    ];
  });
  const legend = 'bar: median · orange: least to most · green: goal';
  return svg(title, left + width + 60, height + 54, [
    ...grid,
    ...rows,
    text(left, height + 42, legend, 'start', 'font-size="12"'),
  ]);
}

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Both scales are logarithmic: what is flat does not grow, whatever its height. */
export function lineChart(title: string, unit: string, lines: readonly Line[]): string {
  const [left, top, width, height] = [60, 44, 460, 380];
  const all = lines.flatMap(({ points }) => points);
  const x = scale(
    all.map(([value]) => value),
    left,
    left + width,
  );
  const y = scale(
    all.map(([, value]) => value),
    top + height,
    top,
  );
  const bottom = top + height;
  const sizes = [...new Set(all.map(([value]) => value))];
  const grid = [
    ...sizes.flatMap((size) => [
      line(x(size), top, x(size), bottom, INK, 'stroke-opacity="0.2"'),
      text(x(size), bottom + 18, size.toLocaleString('en'), 'middle'),
    ]),
    ...decades(all.map(([, value]) => value)).flatMap((value) => [
      line(left, y(value), left + width, y(value), INK, 'stroke-opacity="0.2"'),
      text(left - 8, y(value) + 4, `${value}`, 'end'),
    ]),
    text(left - 8, top - 8, unit, 'end'),
  ];
  // The names stand in the order of the right ends, far enough from each other to be read.
  const ends = lines
    .map(({ label, points }, index) => ({ label, index, at: y(points.at(-1)?.[1] ?? Number.NaN) }))
    .toSorted((one, other) => one.at - other.at);
  let lowest = top - 18;
  const labels = ends.flatMap(({ label, index, at }) => {
    lowest = Math.max(lowest + 18, at);
    const colour = COLOURS[index % COLOURS.length];
    return [
      line(left + width, at, left + width + 24, lowest, colour, 'stroke-opacity="0.5"'),
      text(left + width + 28, lowest + 4, label, 'start'),
    ];
  });
  const drawn = lines.flatMap(({ points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(([size, value]) => `${round(x(size))},${round(y(value))}`).join(' ');
    const dash = index < COLOURS.length ? '' : 'stroke-dasharray="6 4"';
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" ${dash}/>`,
      ...points.map(([a, b]) => `<circle cx="${round(x(a))}" cy="${round(y(b))}" r="3.5" fill="${colour}"/>`),
    ];
  });
  return svg(title, left + width + 270, bottom + 40, [...grid, ...drawn, ...labels]);
}

/** From values to places, by their logarithms, with some room at both ends. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
  const [least, most] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  const room = 0.04 * (to - from);
  const share = (value: number): number =>
    most === least ? 0.5 : (Math.log(value) - least) / (most - least);
  return (value) => from + room + share(value) * (to - from - 2 * room);
}

/** 1, 2 and 5 times the powers of ten between the least and the most. */
function decades(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 12 }, (_, index) => 10 ** (index - 4));
  return powers
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((value) => value >= least && value <= most);
}

function ticks(most: number, step: number): number[] {
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

/** 1, 2 or 5 times a power of ten, at least this. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string | undefined, more = ''): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" ${more}/>`;
}

function text(x: number, y: number, content: string, anchor: string, more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${INK}" ${more}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function svg(title: string, width: number, height: number, elements: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const ground = `<rect width="${width}" height="${height}" fill="#fff"/>`;
  const heading = text(16, 22, title, 'start', 'font-weight="600"');
  // Read aloud instead of the picture.
  const parts = [`<title>${escapeXml(title)}</title>`, ground, heading, ...elements];
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${FONT}>\n${parts.join('\n')}\n</svg>\n`;
}
