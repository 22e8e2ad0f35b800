import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between the server and its database, and can make the network between them disappear. */
export interface TcpProxy {
  readonly port: number;
  /** From now on nothing gets through in either direction, and nothing says so: packets are lost, not refused. */
  blackhole(): void;
  /** From now on the answer to whatever has this text in it is held back, and all answers after it on that connection. */
  withholdAnswersTo(text: string): void;
  /** Every connection that there is ends with a reset, as when a machine on the way has crashed. */
  reset(): void;
  /** The database's side of every connection ends, and the server's does not. */
  hangUp(): void;
  /** From now on everything takes so many milliseconds longer, each way. */
  delay(milliseconds: number): void;
  /** Lets new connections through. The old ones stay dead, as behind a firewall that has forgotten them. */
  heal(): void;
  close(): Promise<void>;
}

/** @param port where to listen; 0 lets the system choose */
export async function createTcpProxy(target: { host: string; port: number }, port = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let dark = false;
  let unanswered: string | undefined;
  let latency = 0;
  const nears = new Set<Socket>();
  const pass = (data: Buffer, to: Socket): void => {
    if (latency === 0) to.write(data);
    else setTimeout(() => to.writable && to.write(data), latency);
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (dark) socket.pause();
  };
  const server = createServer((near) => {
    const far = connect(target);
    keep(near);
    keep(far);
    nears.add(near);
    near.once('close', () => nears.delete(near));
    // By hand, because a pipe would start to flow again by itself.
    near.on('data', (data) => {
      if (unanswered !== undefined && data.includes(unanswered)) far.pause();
      pass(data, far);
    });
    far.on('data', (data) => pass(data, near));
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    if (dark) for (const socket of [near, far]) socket.pause();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    blackhole: () => {
      dark = true;
      for (const socket of sockets) socket.pause();
    },
    withholdAnswersTo: (text) => {
      unanswered = text;
    },
    reset: () => {
      for (const near of nears) near.resetAndDestroy();
    },
    hangUp: () => {
      for (const near of nears) near.end();
    },
    delay: (milliseconds) => {
      latency = milliseconds;
    },
    heal: () => {
      dark = false;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The same database, reached through another port of this machine. */
export function throughPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(port);
  return changed.href;
}

/** Where the server of a database URL listens. */
export function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5432) };
}
