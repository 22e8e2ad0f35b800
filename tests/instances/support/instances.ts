import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type ServiceProcess, startServiceProcess, until } from '../../setup/service-process.ts';
import { createTestDatabase } from '../../setup/test-database.ts';
import { createRoundRobin, type RoundRobin } from './round-robin.ts';

type Environment = Readonly<Record<string, string>>;

/** One server process of several. */
export interface Instance {
  readonly service: ServiceProcess;
  readonly origin: string;
  readonly port: number;
  /** Where its metrics are. */
  readonly metrics: string;
}

/** Several server processes on one database, and what spreads requests over them. */
export interface Instances {
  readonly url: string;
  /** A connection beside the servers'. */
  readonly client: pg.Client;
  readonly all: readonly Instance[];
  readonly balancer: RoundRobin;
  /** Starts one more, and waits until the balancer may send to it. */
  start(): Promise<Instance>;
  /** Ends one in order. @returns its exit code */
  end(instance: Instance): Promise<number | null>;
}

/** Milliseconds that a start may take on a busy machine. */
const START_PATIENCE = 60_000;

/** All that the instances of one installation have in common, besides their database. */
const COMMON = {
  JWT_SECRET: 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA',
  PUBLIC_URL: 'http://tasks.example.test',
  TRUST_PROXY: 'loopback',
  LOG_LEVEL: 'info',
  METRICS_PORT: '0',
};

/**
 * Starts them before the tests of the file, and ends them after those.
 *
 * @param environment what differs from the usual; a function of the database if it is known only then
 */
export function serveInstances(
  count: number,
  environment: Environment | ((url: string) => Promise<Environment>) = {},
): Instances {
  const all: Instance[] = [];
  const cleanups: (() => Promise<unknown>)[] = [];
  let own: Environment = {};
  let shared: Pick<Instances, 'url' | 'client' | 'balancer'> | undefined;
  const get = (): NonNullable<typeof shared> => {
    if (shared === undefined) throw new Error('The tests have not begun');
    return shared;
  };

  const start = async (): Promise<Instance> => {
    const service = startServiceProcess({ ...COMMON, DATABASE_URL: get().url, ...own });
    cleanups.push(service.destroy);
    const { origin, port, line } = await service.ready();
    const instance = { service, origin, port, metrics: `http://127.0.0.1:${line.metricsPort}/metrics` };
    all.push(instance);
    get().balancer.add(port);
    await until(async () => (await fetch(`${origin}/health/ready`)).ok, `${origin} is ready`);
    return instance;
  };
  const end = async (instance: Instance): Promise<number | null> => {
    instance.service.signal('SIGTERM');
    const { code } = await instance.service.ended();
    get().balancer.remove(instance.port);
    all.splice(all.indexOf(instance), 1);
    return code;
  };

  beforeAll(async () => {
    const { url, drop } = await createTestDatabase();
    cleanups.push(drop);
    own = typeof environment === 'function' ? await environment(url) : environment;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    cleanups.push(() => client.end());
    const balancer = await createRoundRobin();
    cleanups.push(balancer.close);
    shared = { url, client, balancer };
    // One after the other: a start takes all of a core.
    while (all.length < count) await start();
  }, count * START_PATIENCE);
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return {
    get url() {
      return get().url;
    },
    get client() {
      return get().client;
    },
    get balancer() {
      return get().balancer;
    },
    all,
    start,
    end,
  };
}

export interface Call {
  readonly authorization?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the contract says, which other tests hold it to
  readonly body: any;
}

/** One request to an instance, or to the balancer. */
export async function call(
  { origin }: { readonly origin: string },
  method: string,
  path: string,
  { authorization, body, headers = {} }: Call = {},
): Promise<Reply> {
  const merge = method === 'PATCH' ? 'merge-patch+' : '';
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(body === undefined ? {} : { 'Content-Type': `application/${merge}json` }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** An account with the tokens of its first session. */
export interface Account {
  readonly email: string;
  readonly password: string;
  readonly authorization: string;
  readonly refreshToken: string;
}

let registered = 0;

/** Registers an account nobody else knows. */
export async function register(at: { readonly origin: string }): Promise<Account> {
  registered += 1;
  const body = {
    email: `user-${process.pid}-${registered}@example.com`,
    password: 'correct horse battery',
  };
  return { ...body, ...tokensOf(await call(at, 'POST', '/auth/register', { body })) };
}

/** What is needed of the answer to a login, a registration or a refresh. */
export function tokensOf({ status, body }: Reply): Pick<Account, 'authorization' | 'refreshToken'> {
  if (status !== 200 && status !== 201) throw new Error(`Answered ${status}: ${JSON.stringify(body)}`);
  return { authorization: `Bearer ${body.access_token}`, refreshToken: body.refresh_token };
}
