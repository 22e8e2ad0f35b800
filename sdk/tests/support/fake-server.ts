import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  /** 200 unless told otherwise. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Milliseconds before the answer. */
  readonly delay?: number;
  /** Breaks the connection: before the answer, or after its headers. */
  readonly cut?: 'before' | 'inside';
  /** Never answers; or answers, but never finishes the body. */
  readonly hang?: 'before' | 'inside';
}

export interface FakeServer {
  readonly baseUrl: string;
  /** Everything that has arrived, in order. */
  readonly received: readonly Received[];
}

/**
 * A server that says what a test wants to hear. Closes itself after the test.
 *
 * @param script what to answer to the n-th request, from 0; the last reply of an array is for all that follow
 */
export async function startFakeServer(
  script: readonly Reply[] | ((request: Received, index: number) => Reply | Promise<Reply>),
): Promise<FakeServer> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await receive(incoming);
    const index = received.push(request) - 1;
    const reply =
      typeof script === 'function' ? await script(request, index) : (script[index] ?? script.at(-1) ?? {});
    await answer(response, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  return { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
}

async function answer(response: ServerResponse, reply: Reply): Promise<void> {
  const { status = 200, headers = {}, body = {}, delay, cut, hang } = reply;
  if (delay !== undefined) await sleep(delay);
  if (hang === 'before') return;
  if (cut === 'before') {
    response.destroy();
    return;
  }
  const text = status === 204 || status === 304 ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  if (cut === undefined && hang === undefined) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, 1));
  if (cut === 'inside') setImmediate(() => response.destroy());
}

/** An error as the server words it. */
export function problem(status: number, code: string, more: object = {}): Reply {
  const body = {
    type: `https://tasks.test/docs/problems/${code}`,
    title: 'A title',
    status,
    detail: 'What went wrong.',
    instance: '/api/v1/tasks',
    code,
    request_id: '0199f3a0-7a51-7d1c-b0a3-5f1f0f1b9c11',
    ...more,
  };
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'X-Request-Id': body.request_id,
  };
  return { status, headers, body };
}
