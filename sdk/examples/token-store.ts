/** Staying logged in from one run of a program to the next. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Taskpact, type TokenStore } from '@taskpact/sdk';
import { baseUrl, credentials } from './user.ts';

/** Keeps tokens in a file that nobody else may read. */
function fileTokenStore(file: string): TokenStore {
  return {
    get: async () => JSON.parse(await readFile(file, 'utf8').catch(() => 'null')),
    set: (tokens) => writeFile(file, JSON.stringify(tokens), { mode: 0o600 }),
    clear: () => rm(file, { force: true }),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'taskpact-example-'));
const tokens = fileTokenStore(join(folder, 'tokens.json'));

const firstRun = new Taskpact({ baseUrl, tokens });
await firstRun.auth.register(credentials());

const secondRun = new Taskpact({ baseUrl, tokens });
console.log(`Still logged in as ${(await secondRun.me.get()).role}.`);
await secondRun.auth.logout();
await rm(folder, { recursive: true });
