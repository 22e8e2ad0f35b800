/**
 * Saves the database to a file, or fills an empty one from it.
 *
 *   npm run backup -- tasks.backup     what is committed now, while the server runs
 *   npm run restore -- tasks.backup    into an empty database; the server must not be running
 *
 * The database is that of DATABASE_URL or, if that is not set, the embedded one in DATA_DIR. A file that is there is not
 * overwritten, and what is damaged or incomplete is not restored.
 */
import { loadDatabaseConfig } from '../src/config.ts';
import { backUp } from '../src/db/backup/backup.ts';
import { restore } from '../src/db/backup/restore.ts';
import { besideServer, CommandError, explain, withDatabaseUrl } from './with-database.ts';

async function main([command, file, ...rest]: readonly string[]): Promise<string> {
  if (command !== 'backup' && command !== 'restore') throw new CommandError('Use backup or restore.');
  if (file === undefined || rest.length > 0 || file.startsWith('-')) {
    throw new CommandError(`Name one file: ${command} <file>.`);
  }
  const config = loadDatabaseConfig();
  if (command === 'backup') {
    const { rows, tables, bytes } = await besideServer(config, (url) => backUp(url, file));
    return `saved ${rows} rows of ${tables} tables in ${bytes} bytes`;
  }
  const { rows, tables, createdAt, migrated } = await withDatabaseUrl(config, (url) => restore(url, file));
  const since = migrated.length === 0 ? '' : `, and applied ${migrated.length} newer migrations`;
  return `restored ${rows} rows of ${tables} tables as of ${createdAt}${since}`;
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  console.error(`Taskpact can't do that: ${explain(error)}`);
  process.exitCode = 1;
}
