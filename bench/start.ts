/**
 * `npm run bench:start`: how long it takes from the start of the process until it is ready, on a database that is there,
 * and how much memory it then has. The ways to start are measured in turns.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createDatabase, createGround, PRODUCTION } from './ground.ts';
import { markdownTable } from './markdown.ts';
import { type ServerProcess, startServer } from './processes.ts';
import { circumstances } from './publish.ts';
import { type Spread, spreadOf } from './statistics.ts';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } });
const ROUNDS = Number(options.rounds);
/** Milliseconds until what is left to do after the start is done. */
const REST = 2_000;

interface Way {
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
}

interface Start {
  /** Milliseconds until `/health/ready` answers 200, to within 50. */
  readonly ms: number;
  /** Milliseconds of processor time until then. */
  readonly cpu: number;
  /** Resident memory at rest, in MB. */
  readonly memory: number;
}

async function main(): Promise<void> {
  const ground = await createGround();
  try {
    const given = { ...PRODUCTION, DATABASE_URL: await createDatabase(ground, 'start') };
    const embedded = { ...PRODUCTION, DATABASE_URL: undefined, DATA_DIR: join(ground.folder, 'embedded') };
    const ways: Way[] = [
      { name: 'database given', environment: given },
      {
        name: 'database given, nothing kept from earlier starts',
        environment: { ...given, NODE_DISABLE_COMPILE_CACHE: '1' },
      },
      { name: 'embedded PostgreSQL', environment: embedded },
    ];
    const log = join(ground.folder, 'taskpact.log');
    // The first round makes what there is on every later start: the embedded database, what Node keeps.
    for (const { environment } of ways) await start(environment, log, 0);
    const starts = ways.map((): Start[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { environment }] of ways.entries())
        starts[index]?.push(await start(environment, log, REST));
    }
    print(`${await circumstances(ground)}, ${ROUNDS} rounds in turns:\n`);
    const heads = ['Start', 'Ready after, ms: median (min to max)', 'Processor, ms', 'Memory at rest, MB'];
    const rows = ways.map(({ name }, index) => row(name, starts[index] ?? []));
    print(markdownTable(heads, rows));
  } finally {
    await ground.close();
  }
}

async function start(environment: NodeJS.ProcessEnv, log: string, rest: number): Promise<Start> {
  const started = performance.now();
  // Not bound to one core: others do part of the work.
  const server = await startServer('src/main.ts', environment, log, { pin: false });
  try {
    await ready(server);
    const [ms, cpu] = [performance.now() - started, server.cpu() * 1000];
    await sleep(rest);
    return { ms, cpu, memory: server.memory() / 1e6 };
  } finally {
    await server.stop();
  }
}

/** @throws Error when it is not ready in time */
async function ready({ port }: ServerProcess): Promise<void> {
  const until = AbortSignal.timeout(30_000);
  while (!(await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: until })).ok) await sleep(10);
}

function row(name: string, starts: readonly Start[]): string[] {
  const cells = (['ms', 'cpu', 'memory'] as const).map((what) =>
    text(spreadOf(starts.map((one) => one[what]))),
  );
  return [name, ...cells];
}

function text({ min, median, max }: Spread): string {
  return `**${median.toFixed(0)}** (${min.toFixed(0)} to ${max.toFixed(0)})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
