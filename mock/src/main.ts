#!/usr/bin/env node
import { HELP, MockError, parseOptions } from './options.ts';
import { startMock } from './server.ts';

/** The process: options in, signals to a stop, exit code out. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const mock = await startMock(options);
  process.stdout.write(`The mock answers on ${mock.url}, its docs are at ${mock.url}/docs\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void mock.stop().then(() => process.exit(0)));
  }
}

main().catch((error: unknown) => {
  const explained = error instanceof MockError ? `taskpact-mock can't start: ${error.message}` : error;
  process.stderr.write(`${explained instanceof Error ? explained.stack : explained}\n`);
  process.exit(1);
});
