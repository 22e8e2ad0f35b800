import { type ConnectedDatabase, connectedDatabase, forFile } from '../../setup/for-file.ts';
import { JWT_SECRET } from '../../setup/secret.ts';
import { type ServiceProcess, startServiceProcess, until } from '../../setup/service-process.ts';
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
export interface Instances extends ConnectedDatabase {
  readonly all: readonly Instance[];
  readonly balancer: RoundRobin;
  /** One of them: numbers go round and round. */
  at(index: number): Instance;
  /** Starts one more, and waits until the balancer may send to it. */
  start(): Promise<Instance>;
  /** Ends one in order. @returns its exit code */
  end(instance: Instance): Promise<number | null>;
}

/** Milliseconds that a start may take on a busy machine. */
const START_PATIENCE = 60_000;

/** All that the instances of one installation have in common, besides their database. */
const COMMON = {
  JWT_SECRET,
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
  return forFile(async (cleanups) => {
    const { url, client } = await connectedDatabase(cleanups);
    const own = typeof environment === 'function' ? await environment(url) : environment;
    const balancer = await createRoundRobin();
    cleanups.push(balancer.close);
    const all: Instance[] = [];
    const start = async (): Promise<Instance> => {
      const service = startServiceProcess({ ...COMMON, DATABASE_URL: url, ...own });
      cleanups.push(service.destroy);
      const { origin, port, line } = await service.ready();
      const instance = { service, origin, port, metrics: `http://127.0.0.1:${line.metricsPort}/metrics` };
      all.push(instance);
      balancer.add(port);
      await until(async () => (await fetch(`${origin}/health/ready`)).ok, `${origin} is ready`);
      return instance;
    };
    const end = async (instance: Instance): Promise<number | null> => {
      instance.service.signal('SIGTERM');
      const { code } = await instance.service.ended();
      balancer.remove(instance.port);
      all.splice(all.indexOf(instance), 1);
      return code;
    };
    // One after the other: a start takes all of a core.
    while (all.length < count) await start();
    return { url, client, all, balancer, at: (index) => all[index % all.length] as Instance, start, end };
  }, count * START_PATIENCE);
}
