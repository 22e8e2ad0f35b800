import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import { createTestApp, type TestApp } from '../../../tests/setup/test-app.ts';
import { Taskpact, type TaskpactOptions } from '../../src/index.ts';

export interface RealServer {
  readonly app: TestApp;
  readonly baseUrl: string;
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
  let baseUrl = '';
  const requests: string[] = [];
  beforeAll(async () => {
    app = await createTestApp(environment);
    app.server.prependListener('request', ({ method, url }) =>
      requests.push(`${method} ${url?.split('?')[0]}`),
    );
    baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  afterAll(() => app.close());
  const client: RealServer['client'] = (options) => new Taskpact({ baseUrl, ...options });
  return {
    get app() {
      return app;
    },
    get baseUrl() {
      return baseUrl;
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
