import { redactUrl } from './errors.ts';
import type { ApiRequest } from './options.ts';

/** From nothing at all to every attempt with its headers. Bodies are never logged. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

type Log = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/** Anything shaped like the console. */
export interface Logger {
  readonly error: Log;
  readonly warn: Log;
  readonly info: Log;
  readonly debug: Log;
}

const LEVELS: readonly LogLevel[] = ['off', 'error', 'warn', 'info', 'debug'];
const SECRET_HEADER = /authorization|cookie|token|secret|key/i;

const silent: Log = () => {};

/** The logger, without what is less important than the level. */
export function atLevel(logger: Logger, level: LogLevel): Logger {
  const most = LEVELS.indexOf(level);
  const log = (name: keyof Logger): Log =>
    LEVELS.indexOf(name) <= most ? (message, fields) => logger[name](`taskpact ${message}`, fields) : silent;
  return { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') };
}

/** Headers as an object for the log, secrets blanked out. */
export function redactHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, SECRET_HEADER.test(name) ? '***' : value]),
  );
}

/** What the log says of every attempt. */
export function describe({ operation, attempt, method, url }: ApiRequest): Record<string, unknown> {
  return { operation, attempt, method, url: redactUrl(url) };
}
