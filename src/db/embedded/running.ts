import { applicationUrl } from './database.ts';
import { EmbeddedServerError } from './errors.ts';
import { layoutOf } from './layout.ts';
import { readPasswords } from './password.ts';
import { readPostmasterFile } from './postmaster.ts';

/**
 * Where the embedded server of another process listens, for commands that can work beside it.
 *
 * @throws EmbeddedServerError when it is just starting, or stopping
 */
export async function runningServerUrl(dataDir: string): Promise<string> {
  const layout = layoutOf(dataDir);
  const found = await readPostmasterFile(layout.cluster);
  const passwords = await readPasswords(layout);
  if (found?.ready === true && found.port !== undefined && passwords !== undefined)
    return applicationUrl(found.port, passwords);
  throw new EmbeddedServerError(
    'in_use',
    `The embedded PostgreSQL in ${layout.home} is just starting or stopping: try again in a moment.`,
  );
}
