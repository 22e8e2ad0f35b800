import { Agent, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came back, whatever library asked for it. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Call {
  readonly method: string;
  /** Path and query, exactly as they shall stand on the request line. */
  readonly path: string;
  /** A list is sent as so many lines. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface RawClient {
  send(call: Call): Promise<Answer>;
  close(): void;
}

/** Sends what it is told to, without helping: no default headers, no encoding, no following. Keeps connections open. */
export function createRawClient(server: Server, connections = 8): RawClient {
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  // Else the server may close a connection at the very moment that it is used again.
  server.keepAliveTimeout = 0;
  return {
    send: ({ method, path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
        const target = { host: '127.0.0.1', port, agent, method, path };
        const outgoing = request({ ...target, headers: { ...length, ...headers } }, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        });
        outgoing.once('error', reject);
        // Else Node would announce an empty body where there is none.
        outgoing.useChunkedEncodingByDefault = body !== undefined;
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Runs the work for every item, a few at a time. */
export async function inParallel<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
