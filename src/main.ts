import { ConfigError, loadConfig } from './config.ts';
import { EmbeddedServerError } from './db/embedded/errors.ts';
import { createLogger } from './http/logging.ts';
import { startService } from './service.ts';

/** Milliseconds after the first signal before a process that will not stop is ended. */
const STUBBORN = 30_000;

/** The process: configuration in, signals to an orderly stop, exit code out. */
async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(config.logLevel);
  const service = await startService(config, logger);

  let stopping = false;
  const stop = (reason: string, exitCode: number): void => {
    if (stopping) {
      // Asked twice: whoever asks does not want to wait.
      logger.warn('stopping at once');
      process.exit(1);
    }
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), STUBBORN).unref();
    service.stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  // After one of these nothing in memory can be trusted: finish what is under way and let the supervisor start anew.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, event);
      stop(event, 1);
    });
  }
  service.failed.then((reason) => {
    if (stopping) return;
    logger.fatal({ reason }, 'the embedded database has ended');
    stop('database', 1);
  });
}

main().catch((error: unknown) => {
  const expected =
    error instanceof ConfigError || error instanceof EmbeddedServerError || isListenError(error);
  process.stderr.write(
    `${expected ? explain(error) : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
});

function isListenError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function explain(error: Error): string {
  if (!isListenError(error)) return `Taskpact can't start: ${error.message}`;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  const place = `${address ?? ''}:${port ?? ''}`;
  if (code === 'EADDRINUSE') return `Taskpact can't start: ${place} is in use. Set PORT to another port.`;
  return `Taskpact can't start: it may not listen on ${place} (${code}). Set HOST and PORT.`;
}
