import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { createTestApp, type TestApp } from '../../../tests/setup/test-app.ts';
import { Taskpact, type TaskpactOptions } from '../../src/index.ts';
import { noteExchanges } from './exchanges.ts';
import { startValidatingProxy, type ValidatingProxy } from './validating-proxy.ts';

export interface ProxiedServer {
  /** Where the validating proxy in front of the server listens. */
  readonly baseUrl: string;
}

/**
 * A server for all tests of a file, behind the validating proxy. They fail in the end if anything that went over the wire
 * broke the contract.
 *
 * @param start starts it, if it has to be, and answers its address; runs before the first test
 */
export function useServer(start: () => Promise<string>): ProxiedServer {
  let proxy: ValidatingProxy;
  beforeAll(async () => {
    proxy = await startValidatingProxy(await start());
  });
  afterAll(async () => {
    await proxy.stop();
    await noteExchanges(inject('exchangesFile'), proxy.exchanges);
    expect(proxy.violations).toEqual([]);
  });
  return {
    get baseUrl() {
      return proxy.baseUrl;
    },
  };
}

export interface RealServer extends ProxiedServer {
  readonly app: TestApp;
  /** `METHOD path` of every request so far. */
  readonly requests: string[];
  /** A client that nobody is logged in with. */
  client(options?: Partial<TaskpactOptions>): Taskpact;
  /** A client that a new user is logged in with. */
  newUser(options?: Partial<TaskpactOptions>): Promise<Taskpact>;
}

let users = 0;

/** The real server on a real database, for all tests of a file. */
export function useRealServer(environment: Readonly<Record<string, string>> = {}): RealServer {
  let app: TestApp;
  const requests: string[] = [];
  const server = useServer(async () => {
    app = await createTestApp(environment);
    app.server.prependListener('request', ({ method, url }) =>
      requests.push(`${method} ${url?.split('?')[0]}`),
    );
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterAll(() => app.close());
  const client: RealServer['client'] = (options) => new Taskpact({ baseUrl: server.baseUrl, ...options });
  return {
    get app() {
      return app;
    },
    get baseUrl() {
      return server.baseUrl;
    },
    requests,
    client,
    newUser: async (options) => {
      const created = client(options);
      users += 1;
      const email = `sdk-${process.pid}-${users}@example.com`;
      await created.auth.register({ email, password: 'correct horse battery' });
      return created;
    },
  };
}
