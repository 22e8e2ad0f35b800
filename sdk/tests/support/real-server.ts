import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { createTestApp, type TestApp } from '../../../tests/setup/test-app.ts';
import { Taskpact, type TaskpactOptions } from '../../src/index.ts';
import { noteExchanges } from './exchanges.ts';
import { startValidatingProxy, type ValidatingProxy } from './validating-proxy.ts';

export interface RealServer {
  readonly app: TestApp;
  /** Where the validating proxy in front of it listens. */
  readonly baseUrl: string;
  /** `METHOD path` of every request so far. */
  readonly requests: string[];
  /** A client that nobody is logged in with. */
  client(options?: Partial<TaskpactOptions>): Taskpact;
  /** A client that a new user is logged in with. */
  newUser(options?: Partial<TaskpactOptions>): Promise<Taskpact>;
}

let users = 0;

/**
 * The real server on a real database, for all tests of a file. They fail in the end if anything that went over the wire
 * broke the contract.
 */
export function useRealServer(environment: Readonly<Record<string, string>> = {}): RealServer {
  let app: TestApp;
  let proxy: ValidatingProxy;
  const requests: string[] = [];
  beforeAll(async () => {
    app = await createTestApp(environment);
    app.server.prependListener('request', ({ method, url }) =>
      requests.push(`${method} ${url?.split('?')[0]}`),
    );
    proxy = await startValidatingProxy(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await proxy.stop();
    await app.close();
    await noteExchanges(inject('exchangesFile'), proxy.exchanges);
    expect(proxy.violations).toEqual([]);
  });
  const client: RealServer['client'] = (options) => new Taskpact({ baseUrl: proxy.baseUrl, ...options });
  return {
    get app() {
      return app;
    },
    get baseUrl() {
      return proxy.baseUrl;
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
