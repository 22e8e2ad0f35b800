import { join } from 'node:path';
import { createDatabase, createGround, type Ground, PRODUCTION } from './ground.ts';
import { type ProcessOptions, type ServerProcess, startServer } from './processes.ts';

/** A Taskpact as in production, with a database of its own. */
export interface Measured {
  readonly ground: Ground;
  readonly server: ServerProcess;
  readonly databaseUrl: string;
}

/** Starts one for as long as the work takes. @param environment beside that of production */
export async function withTaskpact<T>(
  work: (measured: Measured) => Promise<T>,
  options: ProcessOptions & { readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<T> {
  const ground = await createGround();
  try {
    const databaseUrl = await createDatabase(ground, 'bench');
    const environment = { ...PRODUCTION, DATABASE_URL: databaseUrl, ...options.environment };
    const server = await startServer('src/main.ts', environment, join(ground.folder, 'log'), options);
    try {
      return await work({ ground, server, databaseUrl });
    } finally {
      await server.stop();
    }
  } finally {
    await ground.close();
  }
}
