import type { Profiler } from 'node:inspector';
import { relative } from 'node:path';
import { ROOT } from './processes.ts';

const TOP = 25;

/** Where the busy time went: by package, by file of our own, by function. Self time, as shares of the time not idle. */
export function profileReport({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = {
    package: new Map<string, number>(),
    file: new Map<string, number>(),
    function: new Map<string, number>(),
  };
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const time = timeDeltas[index] ?? 0;
    if (frame === undefined || isMeasuring(frame)) continue;
    busy += time;
    const file = fileOf(frame);
    add(times.package, packageOf(file, frame), time);
    if (file.startsWith('src/')) add(times.file, file, time);
    add(times.function, `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`, time);
  }
  const section = (title: string, entries: ReadonlyMap<string, number>): string[] => [
    `${title}:`,
    ...[...entries]
      .toSorted(([, one], [, other]) => other - one)
      .slice(0, TOP)
      .map(([name, time]) => `  ${((100 * time) / busy).toFixed(1).padStart(5)} %  ${name}`),
  ];
  const [wall, used] = [timeDeltas.reduce((sum, time) => sum + time, 0), busy].map((time) =>
    (time / 1e6).toFixed(1),
  );
  return [
    `Busy for ${used} of ${wall} s.`,
    ...section('By package', times.package),
    ...section('By file of src', times.file),
    ...section('By function', times.function),
  ].join('\n');
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

/** Idle, or at work for the profile itself. */
function isMeasuring({ functionName, url }: CallFrame): boolean {
  return functionName === '(idle)' || url === 'node:inspector' || url.endsWith('/bench/probe.ts');
}

type CallFrame = Profiler.ProfileNode['callFrame'];

function fileOf({ url }: CallFrame): string {
  return url.startsWith('file:') ? relative(ROOT, new URL(url).pathname) : url;
}

/** Native functions have no file; the garbage collector, and V8 itself, only a name in brackets. */
function packageOf(file: string, { functionName }: CallFrame): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  if (name !== undefined) return name;
  if (/^validate\d+$/.test(functionName)) return 'ajv (generated)';
  if (file === '') return functionName.startsWith('(') ? functionName : `native ${functionName}`;
  return file.startsWith('node:') ? file : file.split('/').slice(0, 2).join('/');
}
