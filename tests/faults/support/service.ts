import { type ConnectedDatabase, connectedDatabase, forFile } from '../../setup/for-file.ts';
import { JWT_SECRET } from '../../setup/secret.ts';
import { type ServiceProcess, startServiceProcess } from '../../setup/service-process.ts';

export const SETTINGS = { JWT_SECRET, LOG_LEVEL: 'info' } as const;

/** A server process on a database of its own, for all tests of a file. */
export interface ServedDatabase extends ConnectedDatabase {
  readonly service: ServiceProcess;
  readonly origin: string;
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
  return forFile(async (cleanups) => {
    const { url, client } = await connectedDatabase(cleanups);
    const service = startServiceProcess({ ...SETTINGS, DATABASE_URL: url, ...environment }, options);
    cleanups.push(service.destroy);
    const { origin } = await service.ready();
    return { url, client, service, origin };
  });
}
