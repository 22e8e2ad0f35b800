import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { contract } from '../../../tests/setup/contract.ts';
import { createMatcher } from '../../../tests/setup/matcher.ts';
import { createRequestMatcher } from '../../../tests/setup/request-matcher.ts';

export interface ValidatingProxy {
  readonly baseUrl: string;
  /** How many requests and their answers have been checked. */
  readonly exchanges: number;
  /** What broke the contract, and in which exchange. */
  readonly violations: readonly string[];
  stop(): Promise<void>;
}

interface Message {
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
}

const answers = createMatcher(contract);
const faultsOfRequest = createRequestMatcher(contract);

/**
 * Stands between a client and a server, passes everything on as it is, and holds every exchange against `openapi.yaml`:
 * the answer has to be a documented one, and what was accepted has to have been a good request. It shares no code with
 * the server's validator. It is not Prism's proxy, because that hangs on broken JSON and does not know all of the
 * contract's JSON Schema (docs/adr/0011-mock-server.md).
 *
 * @param target address of the server
 */
export async function startValidatingProxy(target: string): Promise<ValidatingProxy> {
  const violations: string[] = [];
  let exchanges = 0;
  const agent = new Agent({ keepAlive: true });

  const check = (method: string, url: string, sent: Message, status: number, answer: Message): void => {
    if (method === 'OPTIONS') return;
    exchanges += 1;
    const body = decoded(answer).toString();
    const isKnown = answers.operationAt(method, url) !== undefined;
    const faults = isKnown
      ? answers.match({ method, path: url, status, headers: answer.headers, body })
      : answers.matchProblem({ headers: answer.headers, body });
    const wrong = faultsOfRequest({ method, url, headers: sent.headers, body: decoded(sent).toString() });
    const accepted = status < 400 ? wrong.map((fault) => `was accepted, although ${fault}`) : [];
    violations.push(...[...faults, ...accepted].map((fault) => `${method} ${url} ${status}: ${fault}`));
  };

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = incoming;
    const sent = await receive(incoming);
    const forwarded = request(target + url, { agent, method, headers: endToEnd(sent.rawHeaders) });
    // Whoever stops listening to us is not to be served by the server either.
    outgoing.once('close', () => outgoing.writableFinished || forwarded.destroy());
    forwarded.end(sent.bytes);
    const [response] = (await once(forwarded, 'response')) as [IncomingMessage];
    const answer = await receive(response);
    const { statusCode: status = 0, statusMessage } = response;
    check(method, url, sent, status, answer);
    outgoing.writeHead(status, statusMessage, endToEnd(answer.rawHeaders));
    outgoing.end(answer.bytes);
  };

  const server = createServer((incoming, outgoing) => {
    // A connection that breaks on one side breaks on the other.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get exchanges() {
      return exchanges;
    },
    violations,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function receive(message: IncomingMessage): Promise<Message> {
  const bytes = await buffer(message);
  return { headers: message.headers, rawHeaders: message.rawHeaders, bytes };
}

/** Headers that are about one connection only (RFC 9110 section 7.6.1), which Node sets for the other by itself. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!HOP_BY_HOP.includes(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function decoded({ headers, bytes }: Message): Buffer {
  const encoding = bytes.length === 0 ? undefined : headers['content-encoding'];
  if (encoding === 'br') return brotliDecompressSync(bytes);
  if (encoding === 'gzip') return gunzipSync(bytes);
  return encoding === 'deflate' ? inflateSync(bytes) : bytes;
}
