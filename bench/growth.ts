/**
 * `npm run bench:growth`: whether an account is served as fast when there are many more, and when it has many more tasks
 * itself. The same requests, one after the other, to a server with few tasks and to one with many, in turns; what counts
 * is the ratio. `--small` fills both with a hundredth, to see that it runs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EmbeddedServer, startEmbeddedServer } from '../src/db/embedded/server.ts';
import { openForMigrations } from '../src/db/knex.ts';
import { migrateUp } from '../src/db/migrations.ts';
import { giveTasks, populate } from '../tests/setup/many-tasks.ts';
import { type ServerProcess, startServer } from './processes.ts';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    small: { type: 'boolean', default: false },
  },
});
const REQUESTS = Number(options.requests);
const ROUNDS = Number(options.rounds);
const quiet = { info: () => {}, warn: console.warn, error: console.error };

interface Size {
  /** Users beside the two that are measured. */
  readonly users: number;
  readonly tasksEach: number;
  /** Tasks of the one with many. */
  readonly most: number;
  /** How deep in its list the cursor points. */
  readonly depth: number;
}

const SIZES: readonly [few: Size, many: Size] = options.small
  ? [
      { users: 1, tasksEach: 50, most: 200, depth: 100 },
      { users: 50, tasksEach: 50, most: 2_000, depth: 1_000 },
    ]
  : [
      { users: 6, tasksEach: 1_000, most: 3_000, depth: 1_000 },
      { users: 1_000, tasksEach: 1_000, most: 200_000, depth: 100_000 },
    ];

/** A server with its accounts, and the requests that are measured. */
interface World {
  readonly requests: ReadonlyMap<string, () => Promise<void>>;
  close(): Promise<void>;
}

async function main(): Promise<void> {
  const worlds: World[] = [];
  try {
    for (const size of SIZES) worlds.push(await createWorld(size));
    report(await measure(worlds));
  } finally {
    for (const world of worlds) await world.close();
  }
}

async function createWorld(size: Size): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpact-growth-'));
  const postgres = await startEmbeddedServer({ dataDir: folder, logger: quiet });
  await inDatabase(postgres, migrateUp);
  const server = await startServer('src/main.ts', environmentFor(postgres), join(folder, 'log'));
  const api = `http://127.0.0.1:${server.port}/api/v1`;
  const [usual, heavy] = [await register(api, 'usual'), await register(api, 'heavy')];
  await inDatabase(postgres, async (database) => {
    await populate(database, size);
    await giveTasks(database, [usual.id], size.tasksEach);
    await giveTasks(database, [heavy.id], size.most);
    await database.raw('vacuum analyze');
  });
  return {
    requests: await requestsOf(api, usual, heavy, size),
    close: () => close(server, postgres, folder),
  };
}

async function inDatabase(
  { url }: EmbeddedServer,
  work: (database: ReturnType<typeof openForMigrations>) => Promise<unknown>,
): Promise<void> {
  const database = openForMigrations({ url, prepare: true });
  await work(database);
  await database.destroy();
}

async function close(server: ServerProcess, postgres: EmbeddedServer, folder: string): Promise<void> {
  await server.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function environmentFor({ url }: EmbeddedServer): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'production',
    PORT: '0',
    DATABASE_URL: url,
    JWT_SECRET: 'bench-only-secret-0123456789-abcdefghij',
    ACCESS_TOKEN_TTL: '12h',
    SHUTDOWN_DELAY: '0s',
    RATE_LIMIT: 'off',
  };
}

interface Account {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function register(api: string, name: string): Promise<Account> {
  const response = await fetch(`${api}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.com`, password: 'a long bench password' }),
  });
  const { access_token, user } = (await response.json()) as { access_token: string; user: { id: string } };
  return { id: user.id, headers: { authorization: `Bearer ${access_token}` } };
}

async function requestsOf(
  api: string,
  usual: Account,
  heavy: Account,
  { depth }: Size,
): Promise<World['requests']> {
  const read = async ({ headers }: Account, path: string) => {
    const response = await fetch(`${api}${path}`, { headers });
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as { items: { id: string }[]; next_cursor: string };
  };
  let deep = await read(heavy, '/tasks?size=100');
  for (let seen = 200; seen <= depth; seen += 100) {
    deep = await read(heavy, `/tasks?size=100&cursor=${deep.next_cursor}`);
  }
  const [first] = (await read(usual, '/tasks')).items;
  const projects = await read(usual, '/projects');
  const paths: readonly [what: string, account: Account, path: string][] = [
    ['first page', usual, '/tasks'],
    ['one task', usual, `/tasks/${first?.id}`],
    ['tasks of a project', usual, `/tasks?project_id=${projects.items[0]?.id}`],
    ['open tasks', usual, '/tasks?status=pending&status=in_progress'],
    ['by due date', usual, '/tasks?sort=due_at'],
    ['full text', usual, '/tasks?q=number%20word7'],
    ['statistics', usual, '/tasks/stats'],
    ['many tasks: first page by cursor', heavy, `/tasks?cursor=${(await read(heavy, '/tasks')).next_cursor}`],
    [`many tasks: ${depth.toLocaleString('en')} deep`, heavy, `/tasks?cursor=${deep.next_cursor}`],
    ['many tasks: first page with total', heavy, '/tasks'],
    ['many tasks: full text', heavy, '/tasks?q=number%20123'],
  ];
  return new Map(paths.map(([what, account, path]) => [what, async () => void (await read(account, path))]));
}

/** Medians in milliseconds, by request and then by world. */
async function measure(worlds: readonly World[]): Promise<[what: string[], medians: number[]][]> {
  const names = worlds.map(({ requests }) => [...requests.keys()]);
  const result: [string[], number[]][] = [];
  for (const index of names[0]?.keys() ?? []) {
    const times: number[][] = worlds.map(() => []);
    // The first round only warms up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [which, { requests }] of worlds.entries()) {
        const request = [...requests.values()][index];
        for (let count = 0; count < REQUESTS / ROUNDS; count += 1) {
          const start = performance.now();
          await request?.();
          if (round > 0) times[which]?.push(performance.now() - start);
        }
      }
    }
    result.push([names.map((own) => own[index] ?? ''), times.map(median)]);
  }
  return result;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function report(rows: readonly [string[], number[]][]): void {
  const total = ({ users, tasksEach, most }: Size): string =>
    ((users + 1) * tasksEach + most).toLocaleString('en');
  const [few, many] = SIZES;
  const lines = [
    `| request | p50 with ${total(few)} tasks | p50 with ${total(many)} tasks | ratio |`,
    '|---|---|---|---|',
    ...rows.map(([names, [before = Number.NaN, after = Number.NaN]]) => {
      const name = [...new Set(names)].join(' / ');
      return `| ${name} | ${before.toFixed(2)} ms | ${after.toFixed(2)} ms | ${(after / before).toFixed(2)} |`;
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
