import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, type Ground, PRODUCTION } from './ground.ts';
import type { LoadRequest } from './load.ts';
import { ROOT, type ServerProcess, startServer } from './processes.ts';
import { record } from './recording.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Account, readAccount, seed } from './seed.ts';

/** A server that is measured, and its rows. */
export interface Contestant {
  readonly server: ServerProcess;
  readonly databaseUrl: string;
  /** What it is sent in a scenario, and what it has to answer. */
  load(scenario: Scenario): { readonly requests: readonly LoadRequest[]; readonly status: number };
}

/** The limit works on Taskpact's own rows; the version before on rows of its own, for its tables may be others. */
export interface Contestants {
  readonly taskpact: Contestant;
  readonly limit: Contestant;
  readonly before: Contestant | undefined;
  stop(): Promise<void>;
}

/**
 * @param before checkout of another version
 * @param probe whether Taskpact can be asked about itself while it is measured
 */
export async function startContestants(
  ground: Ground,
  { before, probe }: { before: string | undefined; probe: boolean },
): Promise<Contestants> {
  const started: ServerProcess[] = [];
  const start = async (...parameters: Parameters<typeof startServer>): Promise<ServerProcess> => {
    const server = await startServer(...parameters);
    started.push(server);
    return server;
  };
  const stop = async (): Promise<void> => void (await Promise.all(started.map((server) => server.stop())));
  const startTaskpact = async (name: string, root: string): Promise<Contestant & { accounts: Account[] }> => {
    const databaseUrl = await createDatabase(ground, name, root);
    const environment = { ...PRODUCTION, DATABASE_URL: databaseUrl, DATA_DIR: join(ground.folder, name) };
    const accounts = await prepare(ground, name, root, environment);
    const options = { root, probe: probe && root === ROOT };
    const server = await start('src/main.ts', environment, join(ground.folder, `${name}.log`), options);
    return { server, databaseUrl, accounts, load: (scenario) => loadOf(scenario, accounts) };
  };
  try {
    const taskpact = await startTaskpact('now', ROOT);
    const environment = { DATABASE_URL: taskpact.databaseUrl, RECORDINGS: recordingsFile(ground) };
    const server = await start('bench/limit.ts', environment, join(ground.folder, 'limit.log'));
    const limit = {
      server,
      databaseUrl: taskpact.databaseUrl,
      load: (scenario: Scenario) => limitLoadOf(scenario, taskpact.accounts),
    };
    return {
      taskpact,
      limit,
      before: before && (await startTaskpact('before', before)),
      stop,
    } as Contestants;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Fills the database and records the statements with a server that is not measured: what it keeps is no part of the memory. */
async function prepare(
  ground: Ground,
  name: string,
  root: string,
  environment: NodeJS.ProcessEnv,
): Promise<Account[]> {
  const log = join(ground.folder, `${name}.prepare.log`);
  const server = await startServer('src/main.ts', environment, log, {
    root,
    probe: root === ROOT,
    pin: false,
  });
  try {
    const origin = `http://127.0.0.1:${server.port}`;
    const [first, ...others] = await seed(origin);
    if (first === undefined) throw new Error('There is no account');
    if (root === ROOT) {
      const compared = SCENARIOS.filter(({ beside }) => beside === undefined);
      const url = environment.DATABASE_URL ?? '';
      await writeFile(recordingsFile(ground), await record(server, url, compared, [first, ...others]));
    }
    // Its own list has changed by what was recorded.
    return [await readAccount(origin, first), ...others];
  } finally {
    await server.stop();
  }
}

function recordingsFile({ folder }: Ground): string {
  return join(folder, 'recordings');
}

/** The first account reads and has no changes, so that its pages and their tags stay what they are; the others write. */
function callersOf({ oneAccount, undo }: Scenario, accounts: readonly Account[]): readonly Account[] {
  if (oneAccount) return accounts.slice(0, 1);
  return undo === undefined ? accounts : accounts.slice(1);
}

function loadOf(scenario: Scenario, accounts: readonly Account[]): ReturnType<Contestant['load']> {
  return { requests: callersOf(scenario, accounts).map(scenario.request), status: scenario.status };
}

/** The same to the limit, which knows scenarios and accounts by their places. */
function limitLoadOf(scenario: Scenario, accounts: readonly Account[]): ReturnType<Contestant['load']> {
  const requests = callersOf(scenario, accounts).map((account) => ({
    ...scenario.request(account),
    path: `/${scenario.key}/${accounts.indexOf(account)}`,
  }));
  return { requests, status: scenario.status };
}
