import { ConfigError, loadConfig } from './config.ts';
import { EmbeddedServerError } from './db/embedded/errors.ts';
import { createLogger } from './http/logging.ts';
import { startService } from './service.ts';

/** Milliseconds for a stop, beyond the delay that was asked for, before the process is ended. */
const STUBBORN = 30_000;
/** Milliseconds in which a second signal is the same request again: npm and others pass on what the terminal sends too. */
const ECHO = 1_000;

/** The process: configuration in, signals to an orderly stop, exit code out. */
async function main(): Promise<void> {
  const config = loadConfig();
  // Loaded only if it is wanted.
  const tracing = config.tracing && (await import('./tracing/tracing.ts')).createTracing(config.tracing);
  const logger = createLogger(config.logLevel, undefined, tracing?.logFields);
  tracing?.reportTo(logger);
  // Not yet, but when the signals below are heard.
  const starting = Promise.resolve().then(() => startService(config, logger, tracing));

  let stoppingSince: number | undefined;
  let exitCode = 0;
  const stop = (reason: string): void => {
    if (stoppingSince !== undefined) return;
    stoppingSince = performance.now();
    logger.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), config.shutdownDelay * 1000 + STUBBORN).unref();
    // A start that is under way is finished first, so that there is something to stop in order.
    starting
      .then((service) => service.stop())
      .then(
        () => process.exit(exitCode),
        (error: unknown) => {
          logger.error({ err: error }, 'could not stop in order');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stoppingSince !== undefined && performance.now() - stoppingSince > ECHO) {
        logger.warn('stopping at once');
        process.exit(1);
      }
      stop(signal);
    });
  }
  // After one of these nothing in memory can be trusted: finish what is under way and let the supervisor start anew.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, event);
      exitCode = 1;
      stop(event);
    });
  }

  const { failed } = await starting;
  failed.then((reason) => {
    if (stoppingSince !== undefined) return;
    logger.fatal({ reason }, 'the embedded database has ended');
    exitCode = 1;
    stop('database');
  });
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigError || error instanceof EmbeddedServerError;
  const told = expected
    ? `Taskpact can't start: ${error.message}`
    : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`${told}\n`);
  process.exit(1);
});
