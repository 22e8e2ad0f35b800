import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type ContractOperation, contract } from './contract.ts';
import type { Answer } from './http.ts';

/**
 * Checks answers against `openapi.yaml` with another validator than the server's, so that a fault in how the server uses
 * its own shows. Looks at headers and at bodies of every status, 5xx included.
 */
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv, { mode: 'full' });
const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
ajv.addFormat('time-zone', (name) => zones.has(name));
ajv.addSchema(contract, 'contract');

interface Reference {
  readonly $ref?: string;
}
interface Schema extends Reference {
  readonly type?: string;
}
interface HeaderObject extends Reference {
  readonly required?: boolean;
  readonly schema: Schema;
}
interface ResponseObject extends Reference {
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** Follows a local reference. */
export function resolve<T extends Reference>(node: T): T {
  if (node.$ref === undefined) return node;
  return node.$ref
    .slice(2)
    .split('/')
    .reduce((parent, key) => parent[key], contract);
}

const compiled = new Map<string, ValidateFunction>();

function faultsOf(schema: Schema, value: unknown, where: string): string[] {
  const key = JSON.stringify(schema);
  const absolute = schema.$ref === undefined ? schema : { ...schema, $ref: `contract${schema.$ref}` };
  const validate = compiled.get(key) ?? ajv.compile(absolute);
  compiled.set(key, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${where}${error.instancePath} ${error.message}`);
}

/** Everything in which the answer differs from what the contract says of it; empty when nothing does. */
export function breaches(operation: ContractOperation, answer: Answer, head = false): string[] {
  const documented = contract.paths[operation.path][operation.method.toLowerCase()].responses[answer.status];
  if (documented === undefined) return [`${operation.operationId} does not list the status ${answer.status}`];
  const response: ResponseObject = resolve(documented);
  return [
    ...headerBreaches(response, answer),
    ...commonBreaches(answer, operation.method),
    ...(head ? [] : bodyBreaches(response, answer)),
  ];
}

/** The same for an answer that is given before an operation is chosen: unknown path, method not allowed. */
export function problemBreaches(answer: Answer, method = 'GET'): string[] {
  const schema = { $ref: '#/components/schemas/Problem' };
  const body = bodyBreaches({ content: { 'application/problem+json': { schema } } }, answer);
  return [...body, ...commonBreaches(answer, method)];
}

function headerBreaches({ headers = {} }: ResponseObject, answer: Answer): string[] {
  return Object.entries(headers).flatMap(([name, reference]) => {
    const { required = false, schema } = resolve(reference);
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined) return required ? [`the header ${name} is missing`] : [];
    return faultsOf(schema, schema.type === 'integer' ? Number(value) : value, name);
  });
}

function bodyBreaches({ content }: ResponseObject, answer: Answer): string[] {
  if (content === undefined) return answer.text === '' ? [] : ['there is a body'];
  const [mediaType = '', ...parameters] = (answer.headers['content-type'] ?? '').split('; ');
  const expected = content[mediaType];
  if (expected === undefined) return [`the media type is ${mediaType}`];
  const charset = parameters.join() === 'charset=utf-8' ? [] : ['the charset is not utf-8'];
  const body: unknown = JSON.parse(answer.text);
  const wellFormed = /\\ud[89a-f]/i.test(answer.text) ? ['text is broken'] : [];
  const problem = answer.status < 400 ? [] : codeBreaches(body as ProblemBody, answer);
  return [...charset, ...wellFormed, ...faultsOf(expected.schema, body, 'body'), ...problem];
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
function codeBreaches(problem: ProblemBody, { status, headers }: Answer): string[] {
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
