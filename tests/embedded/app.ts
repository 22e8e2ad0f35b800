/**
 * An application for the tests to kill: starts the embedded server, tells in one line of JSON how that went, and stays
 * until it is told to end. `node app.ts <dataDir> <settings as JSON> [SQL]`
 */
import pg from 'pg';
import { EmbeddedServerError } from '../../src/db/embedded/errors.ts';
import { startEmbeddedServer } from '../../src/db/embedded/server.ts';

const [dataDir = '', settings = '{}', sql] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {} };
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

try {
  const server = await startEmbeddedServer({
    dataDir,
    logger: silent,
    settings: JSON.parse(settings) as Record<string, string>,
  });
  const end = () => void server.stop().then(() => process.exit(0));
  process.on('SIGTERM', end);
  process.stdin.on('end', end).resume(); // whoever started us is gone
  if (sql !== undefined) {
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query(sql);
    await client.end();
  }
  tell({ url: server.url, pid: server.pid });
} catch (error) {
  tell(
    error instanceof EmbeddedServerError
      ? { code: error.code, message: error.message }
      : { code: 'unexpected', message: String(error) },
  );
  process.exitCode = 1;
}
