import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../../setup/service-process.ts';
import { createTestDatabase } from '../../setup/test-database.ts';

/** A server process on a database of its own, for all tests of a file. */
export interface ServedDatabase {
  readonly url: string;
  readonly service: ServiceProcess;
  readonly origin: string;
  /** A connection beside the server's. */
  readonly client: pg.Client;
  /** Lines of the log that tell of a fault of ours. */
  complaints(): unknown[];
}

/**
 * Starts both before the tests of the file.
 *
 * @param options to start Node with, for what has to be done to the process from within
 */
export function serveDatabase(
  environment: Readonly<Record<string, string>> = {},
  options: { node?: string[] } = {},
): ServedDatabase {
  let served: Omit<ServedDatabase, 'complaints'> | undefined;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const { url, drop } = await createTestDatabase();
    cleanups.push(drop);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    cleanups.push(() => client.end());
    const service = startServiceProcess({ ...SETTINGS, DATABASE_URL: url, ...environment }, options);
    cleanups.push(service.destroy);
    served = { url, client, service, origin: (await service.ready()).origin };
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  const get = (): Omit<ServedDatabase, 'complaints'> => {
    if (served === undefined) throw new Error('The tests have not begun');
    return served;
  };
  return {
    get url() {
      return get().url;
    },
    get service() {
      return get().service;
    },
    get origin() {
      return get().origin;
    },
    get client() {
      return get().client;
    },
    complaints: () => get().service.lines.filter(({ level }) => level === 'error' || level === 'fatal'),
  };
}

export const SETTINGS = { JWT_SECRET: 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA', LOG_LEVEL: 'info' } as const;
