/**
 * `npm run bench:flood`: what a flood of logins does to everybody else. Reads of a task go on at a steady rate, alone and
 * beside 500 parallel logins, in turns. The flood comes from one address, which the limits stop as well, and from a new
 * address for each login, which only the bound on logins that are worked on at once stops.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval, setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { markdownTable } from './markdown.ts';
import { startServer } from './processes.ts';
import { quantile } from './statistics.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '30' } },
});
const ROUNDS = Number(options.rounds);
const SECONDS = Number(options.seconds);
/** Milliseconds. */
const PAUSE = 3_000;
/** Requests per second of the one who only wants to read; with those that warm up, as many as an account may send. */
const READS = 19;

interface Round {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers of the reads that were not 200. */
  readonly failed: number;
  /** How the logins were answered, by status. */
  readonly logins: Readonly<Record<string, number>>;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpact-flood-'));
  const environment = {
    NODE_ENV: 'development',
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
    TRUST_PROXY: 'loopback',
  };
  // Not bound to one core: hashing is meant to have cores of its own.
  const server = await startServer('src/main.ts', environment, join(folder, 'log'), { pin: false });
  try {
    await report(`http://127.0.0.1:${server.port}/api/v1`);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(api: string): Promise<void> {
  const kinds = { alone: undefined, 'one address': 'one', 'many addresses': 'many' };
  const rounds = new Map<string, Round[]>(Object.keys(kinds).map((kind) => [kind, []]));
  // Somebody new for each measurement: one account may not ask that often for long.
  const readers: Awaited<ReturnType<typeof readableTask>>[] = [];
  while (readers.length < ROUNDS * rounds.size) readers.push(await readableTask(api));
  // The first requests of a process take longer than all that follow.
  for (const reader of readers) await measureReads(reader, 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [kind, addresses] of Object.entries(kinds)) {
      const read = readers.pop();
      if (read === undefined) throw new Error('There are too few readers');
      const logins = addresses === undefined ? {} : flood(api, addresses);
      rounds.get(kind)?.push({ ...(await measureReads(read)), logins: await logins });
      // The hashes that still wait shall not be felt by the next.
      await sleep(PAUSE);
    }
  }
  process.stdout.write(`${table(rounds)}\n`);
}

async function readableTask(api: string): Promise<{ url: string; authorization: string }> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as Record<string, string>;
  };
  const user = await post('/auth/register', {
    email: `reader-${Math.random()}@example.com`,
    password: 'correct horse battery',
  });
  const authorization = `Bearer ${user.access_token}`;
  const task = await post('/tasks', { title: 'Read me' }, { authorization });
  return { url: `${api}/tasks/${task.id}`, authorization };
}

/** One request after the other at a steady rate, whether or not the one before is answered: waiting for the slow ones would hide them. */
async function measureReads(
  { url, authorization }: { url: string; authorization: string },
  seconds = SECONDS,
) {
  const headers = { authorization };
  const read = async (): Promise<{ took: number; ok: boolean }> => {
    const start = performance.now();
    const ok = await fetch(url, { headers }).then(
      async (response) => (await response.text()) !== '' && response.ok,
      () => false,
    );
    return { took: performance.now() - start, ok };
  };
  const reads: ReturnType<typeof read>[] = [];
  for await (const _ of setInterval(1_000 / READS)) if (reads.push(read()) === seconds * READS) break;
  const results = await Promise.all(reads);
  const times = results.map(({ took }) => took);
  const rounded = (share: number): number => Math.round(quantile(times, share) * 10) / 10;
  return {
    p50: rounded(0.5),
    p99: rounded(0.99),
    max: rounded(1),
    failed: results.filter(({ ok }) => !ok).length,
  };
}

async function flood(api: string, addresses: string): Promise<Record<string, number>> {
  const script = join(import.meta.dirname, 'flood-logins.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, api, addresses, String(SECONDS)]);
  return JSON.parse(stdout);
}

const HEADS = [
  'Flood',
  'p50 ms',
  'p99 ms',
  'Longest ms',
  'p99 to alone',
  'Reads that failed',
  'Logins by status',
];

function table(rounds: ReadonlyMap<string, readonly Round[]>): string {
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const base = median((rounds.get('alone') ?? []).map(({ p99 }) => p99));
  const rows = [...rounds].map(([kind, own]) => {
    const p99 = median(own.map((round) => round.p99));
    const logins = own.flatMap((round) => Object.entries(round.logins));
    const totals = Object.groupBy(logins, ([status]) => status);
    const answered = Object.entries(totals).map(
      ([status, counts = []]) => `${status}: ${counts.reduce((sum, [, count]) => sum + count, 0)}`,
    );
    const failed = own.reduce((sum, round) => sum + round.failed, 0);
    return [
      kind,
      median(own.map(({ p50 }) => p50)),
      p99,
      median(own.map(({ max }) => max)),
      (p99 / base).toFixed(1),
      failed,
      answered.join(', '),
    ];
  });
  return markdownTable(HEADS, rows);
}

await main();
