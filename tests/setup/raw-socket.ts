import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds since the connection was opened. */
  readonly ms: number;
}

/** A client that sends what it likes, and does not close its side unless told to. */
export interface RawSocket {
  readonly socket: Socket;
  /** Everything that has arrived. */
  readonly received: string;
  /** Milliseconds after which the server had ended or cut the connection; undefined while it is open. */
  readonly closedAfter: number | undefined;
  /** @returns false once the connection is gone */
  send(text: string | Buffer): boolean;
  /** Waits for a whole answer with a `Content-Length`. */
  answer(): Promise<RawAnswer>;
  /** Waits until the server has cut the connection in both directions. */
  gone(): Promise<void>;
  destroy(): void;
}

const PATIENCE = 15_000;

export async function openSocket(port: number): Promise<RawSocket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const opened = performance.now();
  let received = '';
  let closedAfter: number | undefined;
  let answeredAfter: number | undefined;
  const close = (): void => {
    closedAfter ??= performance.now() - opened;
  };
  socket.on('data', (data) => {
    answeredAfter ??= performance.now() - opened;
    received += data.toString('latin1');
  });
  socket.on('error', close).on('end', close).on('close', close);
  await new Promise((resolve) => socket.once('connect', resolve));

  const waitFor = async <T>(look: () => T | undefined, what: string): Promise<T> => {
    for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(5)) {
      const found = look();
      if (found !== undefined) return found;
    }
    throw new Error(`No ${what}, but ${JSON.stringify(received.slice(0, 1000))}`);
  };
  return {
    socket,
    get received() {
      return received;
    },
    get closedAfter() {
      return closedAfter;
    },
    send: (text) => {
      if (socket.destroyed) return false;
      socket.write(text);
      return true;
    },
    answer: async () => {
      const answer = await waitFor(() => parseAnswer(received), 'answer');
      return { ...answer, ms: answeredAfter ?? Number.NaN };
    },
    gone: async () => {
      // A connection whose other side is gone refuses what is written to it.
      await waitFor(() => {
        if (!socket.destroyed) socket.write('x');
        return socket.destroyed || undefined;
      }, 'end of the connection');
    },
    destroy: () => void socket.destroy(),
  };
}

function parseAnswer(text: string): Omit<RawAnswer, 'ms'> | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const length = Number(headers['content-length'] ?? 0);
  const body = text.slice(end + 4);
  if (body.length < length) return undefined;
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.slice(0, length) };
}

/** A request with a JSON body, as text. */
export function rawRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>> = {},
  body = '',
): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
