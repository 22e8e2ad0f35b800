/**
 * `npm run bench:cost`: how much processor time a request takes, of the server and of the database, one beside the other.
 * From it follows how many servers one database carries: docs/scaling.md. Linux only, where processes tell their time.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layoutOf } from '../src/db/embedded/layout.ts';
import { measure } from './load.ts';
import { markdownTable } from './markdown.ts';
import { familyTime } from './processes.ts';
import { SCENARIOS } from './scenarios.ts';
import { readAccount, seed } from './seed.ts';
import { type Measured, withTaskpact } from './taskpact.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const SECONDS = Number(options.seconds);
const CONNECTIONS = 16;

async function measureAll({ ground, server }: Measured): Promise<string> {
  const { folder } = ground;
  const postmaster = Number.parseInt(
    readFileSync(join(layoutOf(folder).cluster, 'postmaster.pid'), 'utf8'),
    10,
  );
  const origin = `http://127.0.0.1:${server.port}`;
  const accounts = await seed(origin);
  const rows: string[][] = [];
  for (const { name, request, status, oneAccount, connections = CONNECTIONS } of SCENARIOS) {
    const some = oneAccount ? accounts.slice(0, 1) : accounts;
    // The scenario before may have changed their lists.
    const asked = await Promise.all(some.map((account) => readAccount(origin, account)));
    const requests = asked.map(request);
    const load = { origin, requests, status, connections, folder, seconds: SECONDS };
    // Once unmeasured: what is compiled when it is first needed is no part of it.
    await measure(load);
    const before = [server.cpu(), familyTime(postmaster)] as const;
    const count = (await measure(load)) * SECONDS;
    const own = ((server.cpu() - before[0]) / count) * 1000;
    const database = ((familyTime(postmaster) - before[1]) / count) * 1000;
    rows.push([name, own.toFixed(2), database.toFixed(2), (own / database).toFixed(1)]);
  }
  return markdownTable(['request', 'server, ms', 'database, ms', 'servers for a core of the database'], rows);
}

process.stdout.write(`${await withTaskpact(measureAll)}\n`);
