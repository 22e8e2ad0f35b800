/**
 * `npm run soak`: whether the server keeps what it should let go. A steady mixture of requests, good ones and bad ones,
 * for an hour; from time to time the garbage is collected, and what is left is noted. Ends with exit code 1 when the heap
 * grows by a megabyte or more in 10,000 requests, or a request is answered with a 5xx or not at all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { askSteadily, mixOf } from './clients.ts';
import { type Ground, inDatabase } from './ground.ts';
import { type LoadRequest, NUMBER } from './load.ts';
import { markdownTable } from './markdown.ts';
import type { Outcome } from './open-loop.ts';
import type { ServerProcess } from './processes.ts';
import { circumstances, publish } from './publish.ts';
import { type Account, seed } from './seed.ts';
import { slopeOf } from './statistics.ts';
import { type Measured, withTaskpact } from './taskpact.ts';
import { fail } from './verdict.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(options.minutes) * 60;
const RATE = Number(options.rate);
/** Fewer than the database has, so that nobody is refused on a slow machine; it answers fewer then. */
const CONNECTIONS = 8;
const SAMPLES = 20;
/** Share of the time in which caches fill and code is compiled; it does not count. */
const WARM_UP = 0.2;
/** Megabytes in 10,000 requests. */
const MOST_GROWTH = 1;
/** In fewer the heap moves by itself as much. */
const LEAST_REQUESTS = 10_000;

interface Sample {
  readonly minutes: number;
  /** That the server has answered so far. */
  readonly requests: number;
  /** Bytes after a garbage collection. */
  readonly heap: number;
  readonly memory: number;
  readonly handles: number;
  /** Connections of the pool, those of them that are in use, and what PostgreSQL says that there are. */
  readonly pool: number;
  readonly used: number;
  readonly connections: number;
}

async function soak({ ground, server, databaseUrl }: Measured): Promise<[Outcome, Sample[]]> {
  const { port } = server;
  const accounts = await seed(`http://127.0.0.1:${port}`);
  const requests = accounts.flatMap((account, index) => requestsOf(account, index));
  const orders = { port, requests, rate: RATE, patient: true, seconds: SECONDS, connections: CONNECTIONS };
  const load = askSteadily(ground, orders);
  const start = performance.now();
  const samples: Sample[] = [];
  for (let count = 1; count <= SAMPLES; count += 1) {
    const pause = Math.max(0, start + (count * SECONDS * 1_000) / SAMPLES - performance.now());
    // A load that fails ends the waiting.
    await Promise.race([sleep(pause), load]);
    samples.push(await sampleOf(server, databaseUrl, (performance.now() - start) / 60_000));
    process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
  }
  return [await load, samples];
}

/** Most of them are good; the others differ each time in what they are refused for. */
function requestsOf(account: Account, index: number): LoadRequest[] {
  const { authorization } = account;
  const good = ['getTask', 'getTask', 'page', 'total', 'filtered', 'conditional', 'createTask', 'updateTask'];
  const api = '/api/v1/tasks';
  const json = { 'Content-Type': 'application/json' };
  const known = { Authorization: authorization };
  const bad: LoadRequest[] = [
    { method: 'GET', path: `${api}/01a1ffaa-b6c1-71e7-9b8e-57f1${NUMBER}`, headers: known },
    { method: 'GET', path: `${api}?unknown=${NUMBER}`, headers: known },
    { method: 'GET', path: `/nowhere/${NUMBER}`, headers: known },
    { method: 'GET', path: api, headers: { Authorization: `Bearer ${NUMBER}` } },
    { method: 'GET', path: api, headers: { ...known, 'Content-Type': `text/x${NUMBER}` } },
    { method: 'POST', path: api, headers: { ...known, ...json }, body: `{"title": ${NUMBER}}` },
    { method: 'POST', path: api, headers: { ...known, ...json }, body: `{"${NUMBER}": ` },
  ];
  // Hashes take long, so there is one good and one bad login in a whole turn.
  const logins = index === 0 ? mixOf(['login'], account) : [];
  const body = `{"email": "nobody-${NUMBER}@example.com", "password": "a wrong one"}`;
  if (index === 1) logins.push({ method: 'POST', path: '/api/v1/auth/login', headers: json, body });
  return [...mixOf(good, account), ...bad, ...logins];
}

async function sampleOf(server: ServerProcess, url: string, minutes: number): Promise<Sample> {
  const { heap, handles } = await server.ask('holdings');
  const metrics = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  const sum = (pattern: RegExp): number =>
    [...metrics.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
  const { rows } = await inDatabase(url, (database) =>
    database.raw(
      `select count(*)::int as connections from pg_stat_activity where application_name = 'taskpact'`,
    ),
  );
  return {
    minutes,
    requests: sum(/^http_request_duration_seconds_count\{.*\} (\d+)$/gm),
    heap,
    memory: server.memory(),
    handles,
    pool: sum(/^database_connections\{state="(?:used|free)"\} (\d+)$/gm),
    used: sum(/^database_connections\{state="used"\} (\d+)$/gm),
    connections: rows[0].connections,
  };
}

async function report(ground: Ground, { statuses }: Outcome, samples: readonly Sample[]): Promise<void> {
  const points = samples
    .slice(Math.floor(SAMPLES * WARM_UP))
    .map(({ requests, heap }) => [requests, heap] as const);
  const growth = (slopeOf(points) * 10_000) / 1e6;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const heads = [
    'Minutes',
    'Requests',
    'Heap after collection',
    'Resident',
    'Handles',
    'Pool (in use)',
    'Connections in PostgreSQL',
  ];
  const rows = samples.map((sample) => [
    sample.minutes.toFixed(1),
    sample.requests,
    megabytes(sample.heap),
    megabytes(sample.memory),
    sample.handles,
    `${sample.pool} (${sample.used})`,
    sample.connections,
  ]);
  const text = [
    `${await circumstances(ground)}, ${RATE} requests a second for ${options.minutes} minutes:`,
    markdownTable(heads, rows),
    `The heap grew by ${growth.toFixed(3)} MB in 10,000 requests (least squares, the first fifth left out); less than ` +
      `${MOST_GROWTH} MB is asked for. Answers by status: ${JSON.stringify(statuses)}.`,
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (options.write) await publish('soak', { text });
  const faults = Object.keys(statuses).filter((status) => status === '0' || status >= '500');
  if (faults.length > 0) fail(`Answers that should not be: ${faults}`);
  const counted = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  if (counted < LEAST_REQUESTS) fail(`${counted} requests are too few to tell: give it more minutes`);
  else if (!(growth < MOST_GROWTH)) fail(`The heap grows by ${growth.toFixed(3)} MB in 10,000 requests`);
}

await withTaskpact(async (measured) => report(measured.ground, ...(await soak(measured))), {
  environment: { METRICS_PORT: '0' },
  probe: true,
});
