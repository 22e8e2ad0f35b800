import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in front of several instances: each request goes to the next one that says it is ready. */
export interface RoundRobin {
  readonly origin: string;
  /** Port of the instance that each request went to, in order. */
  readonly routed: readonly number[];
  /** Takes an instance in. It gets requests as soon as it is ready, and none from when it no longer is. */
  add(port: number): void;
  /** An instance that has ended. */
  remove(port: number): void;
  close(): Promise<void>;
}

/** Milliseconds between two looks at `/health/ready`, and for which an answer to that is waited for. */
const PROBE = { every: 50, patience: 2_000 };

/** A plain proxy on loopback. It never sends a request twice: what an instance does not answer is a 502. */
export async function createRoundRobin(): Promise<RoundRobin> {
  // Connections are kept, as a load balancer does it: what is sent on one must not meet its end.
  const agent = new Agent({ keepAlive: true });
  const instances = new Map<number, { ready: boolean }>();
  const routed: number[] = [];
  let turn = 0;
  let probing = true;

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const ready = [...instances].filter(([, instance]) => instance.ready).map(([port]) => port);
    const port = ready[turn++ % Math.max(1, ready.length)];
    if (port === undefined) {
      outgoing.writeHead(502).end('no instance is ready');
      return;
    }
    routed.push(port);
    const { method, url: path, headers } = incoming;
    const address = incoming.socket.remoteAddress ?? '';
    const inner = request(
      { host: '127.0.0.1', port, agent, method, path, headers: { 'X-Forwarded-For': address, ...headers } },
      (answer) => {
        const { connection: _connection, 'keep-alive': _keepAlive, ...passed } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, passed);
        answer.pipe(outgoing);
        answer.once('error', () => outgoing.destroy());
      },
    );
    inner.once('error', (error) => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end(`instance ${port}: ${error.message}`);
    });
    incoming.pipe(inner);
  };

  const probe = async (port: number, instance: { ready: boolean }): Promise<void> => {
    const signal = AbortSignal.timeout(PROBE.patience);
    instance.ready = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
  };
  const probeAll = async (): Promise<void> => {
    for (; probing; await sleep(PROBE.every))
      await Promise.all([...instances].map(([port, instance]) => probe(port, instance)));
  };

  const server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const looking = probeAll();
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routed,
    add: (port) => void instances.set(port, { ready: false }),
    remove: (port) => void instances.delete(port),
    close: async () => {
      probing = false;
      await looking;
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
