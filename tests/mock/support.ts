import { type MockOptions, parseOptions } from '../../mock/src/options.ts';
import { type Mock, startMock } from '../../mock/src/server.ts';
import type { ContractOperation } from '../setup/contract.ts';
import type { Answer, Call } from '../setup/http.ts';
import { exampleCall } from '../setup/requests.ts';

/** Any token will do. */
export const BEARER = { Authorization: 'Bearer any.token' };

/** A mock on a free port, with the defaults of its command line. */
export async function startTestMock(changes: Partial<MockOptions> = {}): Promise<Mock> {
  const defaults = parseOptions(['--port', '0', '--quiet']);
  if (defaults === undefined) throw new Error('The defaults ask for help');
  return startMock({ ...defaults, ...changes });
}

/** Sends a request over real HTTP. Text that is sent without a Content-Type gets none. */
export async function send(mock: Mock, { method, path, headers = {}, body }: Call): Promise<Answer> {
  const pairs = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const init = { method, headers: pairs as [string, string][], redirect: 'error' } as const;
  const sent = body === undefined ? init : { ...init, body: new Uint8Array(Buffer.from(body)) };
  const response = await fetch(mock.url + path, sent);
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

/** A good request to the operation, by somebody who is logged in, with more headers. */
export function goodCall(operation: ContractOperation, headers: Readonly<Record<string, string>> = {}): Call {
  const call = exampleCall(operation);
  return { ...call, headers: { ...BEARER, ...call.headers, ...headers } };
}

/** The body of an answer, as whatever the test says it is. */
export function json<T>(answer: Answer): T {
  return JSON.parse(answer.text);
}
