/**
 * `npm run bench`: Taskpact beside the limit, on the same rows of the same embedded PostgreSQL, in turns, because only
 * the ratio of two neighbours means anything on a machine that others use too.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedServer } from '../src/db/embedded/server.ts';
import { openDatabase } from '../src/db/knex.ts';
import { migrateUp } from '../src/db/migrations.ts';
import { client, measure } from './load.ts';
import { type ServerProcess, startServer } from './processes.ts';
import { seed } from './seed.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '5' } },
});
const ROUNDS = Number(options.rounds);
const SECONDS = Number(options.seconds);
const CONNECTIONS = 16;
const quiet = { info: () => {}, warn: console.warn, error: console.error };

interface Scenario {
  readonly name: string;
  readonly taskpact: string;
  readonly limit: string;
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'taskpact-bench-'));
  const server = await startEmbeddedServer({ dataDir, logger: quiet });
  try {
    await migrateOnce(server.url);
    await compare(server.url, dataDir);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function migrateOnce(url: string): Promise<void> {
  const database = openDatabase({ url, poolMax: 1, prepare: true });
  await migrateUp(database);
  await database.destroy();
}

async function compare(databaseUrl: string, folder: string): Promise<void> {
  const environment = {
    NODE_ENV: 'production',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: 'bench-only-secret-0123456789-abcdefghij',
    SHUTDOWN_DELAY: '0s',
    // Counted like everything, but one user asks more than anybody may.
    RATE_LIMIT_SCALE: '1000000',
  };
  const taskpact = await startServer('src/main.ts', environment, join(folder, 'taskpact.log'));
  const { authorization, cursor, position, userId } = await seed(
    `http://127.0.0.1:${taskpact.port}`,
    databaseUrl,
  );
  const page = { USER_ID: userId, CURSOR_AT: position.created_at, CURSOR_ID: position.id };
  const limit = await startServer(
    'bench/limit.ts',
    { DATABASE_URL: databaseUrl, ...page },
    join(folder, 'limit.log'),
  );
  const scenarios: Scenario[] = [
    { name: 'page of 20 by cursor', taskpact: `/api/v1/tasks?size=20&cursor=${cursor}`, limit: '/page' },
    { name: 'page of 20 with total', taskpact: '/api/v1/tasks?size=20', limit: '/counted' },
  ];
  try {
    print(
      `${client}, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns, ${cpus().length} cores`,
    );
    print('| scenario | limit /s (median) | Taskpact /s (median) | ratio: min | median | max |');
    print('|---|---|---|---|---|---|');
    for (const scenario of scenarios) print(await row(scenario, { taskpact, limit, authorization }));
    print(`Memory of the Taskpact process afterwards: ${Math.round(taskpact.memory() / 1e6)} MB`);
  } finally {
    await Promise.all([taskpact.stop(), limit.stop()]);
  }
}

interface Contestants {
  readonly taskpact: ServerProcess;
  readonly limit: ServerProcess;
  readonly authorization: string;
}

async function row(scenario: Scenario, { taskpact, limit, authorization }: Contestants): Promise<string> {
  const rate = (port: number, path: string, seconds: number): Promise<number> =>
    measure({
      url: `http://127.0.0.1:${port}${path}`,
      headers: { Authorization: authorization },
      seconds,
      connections: CONNECTIONS,
    });
  const rates: { limit: number; taskpact: number }[] = [];
  // The first round only warms both up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const seconds = round === 0 ? 2 : SECONDS;
    const pair = {
      limit: await rate(limit.port, scenario.limit, seconds),
      taskpact: await rate(taskpact.port, scenario.taskpact, seconds),
    };
    if (round > 0) rates.push(pair);
  }
  const ratios = rates.map((pair) => pair.taskpact / pair.limit).sort((a, b) => a - b);
  const cells = [
    scenario.name,
    median(rates.map((pair) => pair.limit)).toFixed(0),
    median(rates.map((pair) => pair.taskpact)).toFixed(0),
    ratios.at(0)?.toFixed(2),
    median(ratios).toFixed(2),
    ratios.at(-1)?.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
