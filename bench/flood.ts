/**
 * `npm run bench:flood`: what a flood of logins does to everybody else. Reads of a task go on at a steady rate, alone and
 * beside 500 parallel logins, in turns. The flood comes from one address, which the limits stop, and from a new address
 * for each login, which only the bound on simultaneous password hashes stops.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { startServer } from './processes.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '5' } },
});
const ROUNDS = Number(options.rounds);
const SECONDS = Number(options.seconds);
const LOGINS = 500;
/** Milliseconds. */
const PAUSE = 5_000;
/** Requests per second of those who only want to read. */
const READS = 100;

interface Round {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
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
  const kinds = { alone: undefined, 'one address': () => '198.51.100.1', 'many addresses': anyAddress };
  const rounds = new Map<string, Round[]>(Object.keys(kinds).map((kind) => [kind, []]));
  // Somebody new for each measurement: one account may not ask that often for long.
  const readers: Awaited<ReturnType<typeof readableTask>>[] = [];
  while (readers.length < ROUNDS * rounds.size) readers.push(await readableTask(api));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [kind, address] of Object.entries(kinds)) {
      const read = readers.pop();
      if (read === undefined) throw new Error('There are too few readers');
      const [reads, logins] = await Promise.all([measureReads(read), address && flood(api, address)]);
      rounds.get(kind)?.push({ ...reads, logins: logins ?? {} });
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

async function measureReads({ url, authorization }: { url: string; authorization: string }) {
  const { latency, non2xx, errors } = await autocannon({
    url,
    headers: { authorization },
    duration: SECONDS,
    connections: 4,
    overallRate: READS,
  });
  return { p50: latency.p50, p99: latency.p99, failed: non2xx + errors };
}

async function flood(api: string, address: () => string): Promise<Record<string, number>> {
  const { statusCodeStats, errors } = await autocannon({
    url: `${api}/auth/login`,
    method: 'POST',
    duration: SECONDS,
    connections: LOGINS,
    timeout: 30,
    setupClient: (client) => {
      const renew = (): void => {
        client.setHeaders({ 'content-type': 'application/json', 'x-forwarded-for': address() });
        client.setBody(
          JSON.stringify({ email: `nobody-${Math.random()}@example.com`, password: 'not the password' }),
        );
      };
      renew();
      client.on('response', renew);
    },
  });
  const statuses = Object.entries(statusCodeStats ?? {}).map(([status, { count }]) => [status, count ?? 0]);
  return { ...Object.fromEntries(statuses), ...(errors > 0 ? { errors } : {}) };
}

function anyAddress(): string {
  const byte = (): number => Math.floor(Math.random() * 256);
  return `10.${byte()}.${byte()}.${byte()}`;
}

function table(rounds: ReadonlyMap<string, readonly Round[]>): string {
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  const base = median((rounds.get('alone') ?? []).map(({ p99 }) => p99));
  const rows = [...rounds].map(([kind, own]) => {
    const p99 = median(own.map((round) => round.p99));
    const logins = own.flatMap((round) => Object.entries(round.logins));
    const totals = Object.groupBy(logins, ([status]) => status);
    const answered = Object.entries(totals).map(
      ([status, counts = []]) => `${status}: ${counts.reduce((sum, [, count]) => sum + count, 0)}`,
    );
    const failed = own.reduce((sum, round) => sum + round.failed, 0);
    const cells = [
      kind,
      median(own.map(({ p50 }) => p50)),
      p99,
      (p99 / base).toFixed(1),
      failed,
      answered.join(', '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| Flood | p50 ms | p99 ms | p99 to alone | Reads that failed | Logins by status |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

await main();
