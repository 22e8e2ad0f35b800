import { AuthApi } from '../../generated/client/apis/index.js';
import { Auth } from './auth.ts';
import { type Caller, call } from './call.ts';
import { fromSource, memoryTokenStore, Session } from './credentials.ts';
import { Resources } from './generated/resources.ts';
import { atLevel } from './logger.ts';
import type { TaskpactOptions } from './options.ts';
import { createTransport } from './transport.ts';

/**
 * The client. Make one for each server and user, and keep it: it holds the session.
 *
 * ```ts
 * const client = new Taskpact({ baseUrl: 'http://localhost:3000' });
 * await client.auth.login({ email, password });
 * for await (const task of client.tasks.list({ status: ['pending'] })) console.log(task.title);
 * ```
 */
export class Taskpact extends Resources {
  override readonly auth: Auth;

  /** @throws TypeError when `baseUrl` is not the address of a server */
  constructor(options: TaskpactOptions) {
    const cookies = options.cookies ?? false;
    const session = new Session(options.tokens ?? memoryTokenStore(), cookies, (refreshRequest) =>
      call(caller, AuthApi, 'refreshSession', { refreshRequest }).withResponse(),
    );
    const transport = createTransport({
      baseUrl: toBaseUrl(options.baseUrl),
      credentials: options.accessToken === undefined ? session : fromSource(options.accessToken),
      timeout: options.timeout ?? 30_000,
      deadline: options.deadline ?? 120_000,
      retries: options.retries ?? 2,
      headers: options.headers ?? {},
      middleware: options.middleware ?? [],
      logger: atLevel(options.logger ?? console, options.logLevel ?? 'warn'),
      // Not the function itself: browsers refuse to run it as a method of another object.
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    });
    const caller: Caller = { transport, cookies };
    super(caller);
    this.auth = new Auth(caller, session);
  }
}

/** The address without a slash at its end. A path alone is one of the page's own server. */
function toBaseUrl(baseUrl: string): string {
  const url = new URL(baseUrl, baseUrl.startsWith('/') ? globalThis.location?.href : undefined);
  if (!/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new TypeError('baseUrl must be an http(s) address without credentials, query and fragment.');
  }
  return url.href.replace(/\/+$/, '');
}
