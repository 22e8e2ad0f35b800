import { type ContractOperation, contract } from './contract.ts';
import type { Answer } from './http.ts';
import { createMatcher } from './matcher.ts';
import { resolveIn } from './schema-checker.ts';

/** What the contract says of an answer (`matcher.ts`), and what it says in words only: codes, common headers. */
const matcher = createMatcher(contract);

/** Follows a local reference. */
export function resolve<T extends { readonly $ref?: string }>(node: T): T {
  return resolveIn(contract, node);
}

/** Everything in which the answer differs from what the contract says of it; empty when nothing does. */
export function breaches({ operationId, method }: ContractOperation, answer: Answer, head = false): string[] {
  const { status, headers, text } = answer;
  const faults = matcher.match({ operationId, method: head ? 'HEAD' : method, status, headers, body: text });
  return [...faults, ...commonBreaches(answer, method), ...(head ? [] : codeBreaches(answer))];
}

/** The same for an answer that is given before an operation is chosen: unknown path, method not allowed. */
export function problemBreaches(answer: Answer, method = 'GET'): string[] {
  const faults = matcher.matchProblem({ headers: answer.headers, body: answer.text });
  return [...faults, ...codeBreaches(answer), ...commonBreaches(answer, method)];
}

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly pointer?: string; readonly parameter?: string }[];
}

/** What the contract says of a code, and what a schema can't say of a problem. */
function codeBreaches({ status, headers, text }: Answer): string[] {
  if (headers['content-type']?.startsWith('application/problem+json') !== true) return [];
  const problem: ProblemBody = JSON.parse(text);
  const kind = contract.components.schemas.ProblemCode['x-problems'][problem.code];
  const places = problem.errors?.map(({ pointer, parameter }) =>
    [pointer, parameter].filter((name) => name !== undefined),
  );
  const checks: Record<string, boolean> = {
    'status is not the HTTP status': problem.status === status,
    'the code has another status': kind?.status === status,
    'the code has another title': kind?.title === problem.title,
    'type does not end in the code': problem.type.endsWith(`/docs/problems/${problem.code}`),
    'request_id is not the X-Request-Id': problem.request_id === headers['x-request-id'],
    'errors do not come with validation_failed':
      (places !== undefined) === (problem.code === 'validation_failed'),
    'an error has not exactly one place': places?.every((place) => place.length === 1) ?? true,
  };
  return Object.entries(checks).flatMap(([fault, fine]) => (fine ? [] : [fault]));
}

/** Headers that every answer has. */
function commonBreaches({ headers }: Answer, method: string): string[] {
  const policy = String(headers['content-security-policy']);
  const checks: Record<string, boolean> = {
    'X-Request-Id is missing': headers['x-request-id'] !== undefined,
    'X-Content-Type-Options is not nosniff': headers['x-content-type-options'] === 'nosniff',
    'the policy lets something be loaded': policy.includes("default-src 'none'"),
    'the policy lets the answer be framed': policy.includes("frame-ancestors 'none'"),
    'X-Powered-By tells too much': headers['x-powered-by'] === undefined,
    'a cache may keep it': headers['cache-control'] === (method === 'GET' ? 'private, no-cache' : 'no-store'),
    'Vary lacks Authorization': String(headers.vary).includes('Authorization'),
  };
  return Object.entries(checks).flatMap(([fault, fine]) => (fine ? [] : [fault]));
}
