import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { locateBinaries } from '../../../src/db/embedded/binaries.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../../src/db/embedded/server.ts';
import { openForMigrations } from '../../../src/db/knex.ts';
import { migrateUp } from '../../../src/db/migrations.ts';
import { PLACE } from '../../embedded/support.ts';
import { freePort } from '../../setup/ports.ts';

/** A PostgreSQL that tests may harm: to the server under test it is the operator's own. */
export interface Cluster {
  /** Of a migrated, empty database; stays the same when the PostgreSQL is started again. */
  readonly url: string;
  /** A connection beside the server's; ended with the cluster. */
  connect(): Promise<pg.Client>;
  /** Ends it as `pg_ctl stop -m immediate` does: without a word to anybody, and with recovery at the next start. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops its processes where they stand: connections stay open, nobody answers. */
  freeze(): Promise<void>;
  thaw(): void;
  destroy(): Promise<void>;
}

/** What the system has been given survives an end of the PostgreSQL, so nothing has to wait for the disk. */
const SETTINGS = { fsync: 'off', max_connections: '100' };
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** @param folder where its data goes; a new one in memory if there is plenty, else on the disk */
export async function createCluster(folder?: string): Promise<Cluster> {
  const home = folder ?? (await mkdtemp(join(PLACE, 'taskpact-test-')));
  const port = await freePort();
  const seams = { locate: locateBinaries, pickPort: async () => port };
  const launch = (): Promise<EmbeddedServer> =>
    startEmbeddedServer({ dataDir: join(home, 'data'), logger: SILENT, settings: SETTINGS }, seams);
  let server = await launch();
  const { url } = server;
  const database = openForMigrations({ url, prepare: true });
  await migrateUp(database);
  await database.destroy();

  const clients: pg.Client[] = [];
  let frozen: number[] = [];
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    clients.push(client);
    await client.connect();
    return client;
  };
  const thaw = (): void => {
    for (const pid of frozen.splice(0)) signalIfThere(pid, 'SIGCONT');
  };
  return {
    url,
    connect,
    kill: async () => {
      process.kill(server.pid, 'SIGQUIT');
      await server.exited;
      // Lets go of the folder.
      await server.stop();
    },
    start: async () => {
      server = await launch();
    },
    freeze: async () => {
      const client = await connect();
      const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity');
      // The one that starts others comes first, so that none is missed.
      frozen = [server.pid, ...rows.map(({ pid }) => pid)];
      for (const pid of frozen) signalIfThere(pid, 'SIGSTOP');
    },
    thaw,
    destroy: async () => {
      thaw();
      for (const client of clients) await client.end().catch(() => {});
      await server.stop();
      if (folder === undefined)
        await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
