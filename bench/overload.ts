/**
 * `npm run bench:overload`: what becomes of the answers when more is asked for than the server can give. Its capacity is
 * measured first, then requests arrive at once, twice and five times that rate. Ends with exit code 1 when at the highest
 * rate less than the least share of the peak is answered, or something is answered otherwise than well or with a 503.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { askSteadily, mixOf } from './clients.ts';
import type { Ground } from './ground.ts';
import { markdownTable } from './markdown.ts';
import type { Outcome } from './open-loop.ts';
import { circumstances, publish } from './publish.ts';
import { seed } from './seed.ts';
import { type Measured, withTaskpact } from './taskpact.ts';
import { fail } from './verdict.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    least: { type: 'string', default: '0.8' },
    write: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(options.seconds);
const LEAST = Number(options.least);
const FACTORS = [1, 2, 5];
/** More than wait for the database and are worked on together, so that it is the server that has to choose. */
const CONNECTIONS = 500;
/** That keep the server busy and make nobody wait. */
const BUSY = 32;
/** What is asked for, by scenario: mostly reads. */
const MIX = ['getTask', 'getTask', 'getTask', 'page', 'createTask'];

interface Step {
  readonly name: string;
  readonly outcome: Outcome;
  /** Milliseconds that a probe took at most. */
  readonly probe: number;
  /** Share of its core that the server used. */
  readonly busy: number;
}

async function measure({ ground, server }: Measured): Promise<Step[]> {
  const { port } = server;
  const accounts = await seed(`http://127.0.0.1:${port}`);
  const requests = accounts.flatMap((account) => mixOf(MIX, account));
  const step = async (name: string, rate: number | null, seconds = SECONDS): Promise<Step> => {
    const connections = rate === null ? BUSY : CONNECTIONS;
    const [start, used] = [performance.now(), server.cpu()];
    const load = askSteadily(ground, { port, requests, rate, seconds, connections });
    const [outcome, probe] = await Promise.all([load, probeDuring(port, load)]);
    const busy = ((server.cpu() - used) * 1_000) / (performance.now() - start);
    process.stderr.write(`${name}: ${JSON.stringify(outcome)}\n`);
    return { name, outcome, probe, busy };
  };
  await step('warm-up', null, Math.min(5, SECONDS));
  const closed = await step(`${BUSY} clients, each after its answer`, null);
  const capacity = rateOf(closed);
  const steps = [closed];
  for (const factor of FACTORS) steps.push(await step(`${factor} × that rate`, factor * capacity));
  return steps;
}

/** Asks whether the server is alive and ready for as long as the load lasts. @throws Error when it says no */
async function probeDuring(port: number, load: Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  load.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const start = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/health/live`);
    await response.text();
    if (response.status !== 200) throw new Error(`/health/live answered ${response.status}`);
    longest = Math.max(longest, performance.now() - start);
    await sleep(100);
  }
  return longest;
}

/** Good answers per second. Those that came later, when nothing was asked any more, do not count. */
function rateOf({ outcome: { inTime } }: Step): number {
  return inTime / SECONDS;
}

function isGood(status: string): boolean {
  return status.startsWith('2');
}

async function report(ground: Ground, steps: readonly Step[]): Promise<void> {
  const peak = Math.max(...steps.map(rateOf));
  const heads = [
    'Load',
    'Asked /s',
    'Answered /s',
    'Of the peak',
    'p50',
    'p99',
    'Refused /s',
    'p99 of a refusal',
    'Longest probe',
    'Server busy',
  ];
  const rows = steps.map((step) => {
    const { name, probe, busy, outcome } = step;
    const milliseconds = (value: number | null): string => (value === null ? '' : `${value.toFixed(0)} ms`);
    return [
      name,
      (outcome.asked / SECONDS).toFixed(0),
      rateOf(step).toFixed(0),
      (rateOf(step) / peak).toFixed(2),
      milliseconds(outcome.answered.p50),
      milliseconds(outcome.answered.p99),
      ((outcome.statuses[503] ?? 0) / SECONDS).toFixed(0),
      milliseconds(outcome.refused.p99),
      milliseconds(probe),
      busy.toFixed(2),
    ];
  });
  const text = `${await circumstances(ground)}, ${SECONDS} s each:\n\n${markdownTable(heads, rows)}`;
  process.stdout.write(`${text}\n`);
  if (options.write) await publish('overload', { text });
  judge(steps, peak);
}

function judge(steps: readonly Step[], peak: number): void {
  for (const { name, outcome } of steps) {
    const wrong = Object.entries(outcome.statuses).filter(([status]) => !isGood(status) && status !== '503');
    if (wrong.length > 0) fail(`${name}: answers that should not be: ${JSON.stringify(wrong)}`);
  }
  const last = steps.at(-1);
  const share = last === undefined ? 0 : rateOf(last) / peak;
  if (share < LEAST) fail(`Overloaded, it gave ${share.toFixed(2)} of its peak; ${LEAST} was the least`);
}

await withTaskpact(async (measured) => report(measured.ground, await measure(measured)));
