import type { IncomingHttpHeaders } from 'node:http';
import { createPathLookup } from './path-lookup.ts';
import { type AnyDocument, createSchemaChecker, resolveIn, type Schema } from './schema-checker.ts';

/**
 * Holds answers against `openapi.yaml` with another validator than the server's, so that a fault in how the server uses
 * its own shows. Looks at status, headers, media type and body of every answer, 5xx included.
 */

export type AnswerOf =
  | { readonly operationId: string; readonly method?: string }
  /** `path` as it was sent: a query, if any, is ignored. HEAD is matched as GET without its body. */
  | { readonly method: string; readonly path: string };

export type MatchedAnswer = AnswerOf & {
  readonly status: number;
  /** Names in any case. */
  readonly headers: IncomingHttpHeaders | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Exactly as it came; empty when there was none. */
  readonly body: string;
};

export interface Matcher {
  /** Everything in which the answer differs from what the contract says of it, in words; empty when nothing does. */
  match(answer: MatchedAnswer): string[];
  /** The same for a problem that is answered before an operation is chosen: unknown path, wrong method. */
  matchProblem(answer: Pick<MatchedAnswer, 'headers' | 'body'>): string[];
  /** Id of the operation that a request is for; undefined when it is for none. */
  operationAt(method: string, path: string): string | undefined;
}

interface Header {
  readonly $ref?: string;
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response>>;
}

/** Headers that the transport and the middleware of every answer set; the contract does not describe them. */
const COMMON = new Set([
  ...[
    'connection',
    'keep-alive',
    'date',
    'transfer-encoding',
    'content-length',
    'content-encoding',
    'content-type',
  ],
  ...['cache-control', 'vary', 'content-security-policy', 'strict-transport-security', 'referrer-policy'],
  ...['cross-origin-opener-policy', 'cross-origin-resource-policy', 'origin-agent-cluster'],
  ...['x-content-type-options', 'x-dns-prefetch-control', 'x-download-options', 'x-frame-options'],
  ...['x-permitted-cross-domain-policies', 'x-xss-protection'],
  ...['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers'],
]);

const PROBLEM: Response = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** @param document a parsed OpenAPI 3.1 document */
export function createMatcher(document: AnyDocument): Matcher {
  const check = createSchemaChecker(document);
  const lookup = createPathLookup(Object.keys(document.paths));
  const byId = new Map<string, Operation>(
    Object.values<Record<string, Operation>>(document.paths).flatMap((item) =>
      Object.values(item).flatMap((operation) =>
        operation.operationId === undefined ? [] : [[operation.operationId, operation] as const],
      ),
    ),
  );
  const operationAt = (method: string, path: string): string | undefined => {
    const name = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase();
    return document.paths[lookup(path) ?? '']?.[name]?.operationId;
  };
  const faultsOf = (schema: Schema, value: unknown, where: string): string[] =>
    check(schema, value).map((error) => `${where}${error.instancePath} ${error.message}`);

  const headerFaults = (documented: Readonly<Record<string, Header>>, given: Headers): string[] => {
    const known = new Map(Object.entries(documented).map(([name, header]) => [name.toLowerCase(), header]));
    const undocumented = [...given.keys()].filter((name) => !known.has(name) && !COMMON.has(name));
    return [
      ...undocumented.map((name) => `the header ${name} is not documented`),
      ...[...known].flatMap(([name, reference]) => {
        const { required = false, schema } = resolveIn(document, reference);
        const value = given.get(name);
        if (value === undefined) return required ? [`the header ${name} is missing`] : [];
        return faultsOf(schema, decode(document, schema, value), `the header ${name}`);
      }),
    ];
  };

  const bodyFaults = ({ content }: Response, headers: Headers, body: string, isHead: boolean): string[] => {
    if (isHead || content === undefined) return body === '' ? [] : ['there is a body'];
    const [mediaType = '', ...parameters] = String(headers.get('content-type') ?? '').split(/ *; */);
    const expected = content[mediaType];
    if (expected === undefined) return [`the media type is ${mediaType || 'missing'}`];
    const charset = parameters.every((parameter) => parameter === 'charset=utf-8');
    const wrongCharset = charset ? [] : [`the media type has ${parameters.join()}`];
    if (!mediaType.endsWith('json')) return [...wrongCharset, ...faultsOf(expected.schema, body, 'the body')];
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return [...wrongCharset, 'the body is not JSON'];
    }
    const surrogates = /\\ud[89a-f]/i.test(body) ? ['the body has lone surrogates'] : [];
    return [...wrongCharset, ...surrogates, ...faultsOf(expected.schema, value, 'the body')];
  };

  return {
    operationAt,
    match: (answer) => {
      const id = 'path' in answer ? operationAt(answer.method, answer.path) : answer.operationId;
      const operation = byId.get(id ?? '');
      if (operation === undefined) return [`the contract has no operation for ${describe(answer)}`];
      const reference = operation.responses[answer.status];
      if (reference === undefined)
        return [`${operation.operationId} does not list the status ${answer.status}`];
      const response = resolveIn(document, reference);
      const headers = collect(answer.headers);
      const isHead = answer.method?.toUpperCase() === 'HEAD';
      const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
      return [
        ...headerFaults(response.headers ?? {}, headers),
        ...bodyFaults(response, headers, answer.body, isHead),
        ...(answer.status < 400 || isProblem || isHead ? [] : ['the error is no problem+json']),
      ];
    },
    matchProblem: ({ headers, body }) => bodyFaults(PROBLEM, collect(headers), body, false),
  };
}

type Headers = ReadonlyMap<string, string>;

/** Several lines of one name are one list (RFC 9110 section 5.2). */
function collect(headers: MatchedAnswer['headers']): Headers {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return new Map(given.map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]));
}

/** A header's text as the type that its schema asks for (style `simple`); what is no such text stays a string. */
export function decode(document: AnyDocument, reference: Schema, text: string): unknown {
  const schema = resolveIn(document, reference);
  const types = [schema.type ?? 'string'].flat();
  if (types.includes('integer') && /^-?(0|[1-9][0-9]*)$/.test(text)) return Number(text);
  if (types.includes('number') && /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(text)) return Number(text);
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  if (types.includes('array')) {
    return text.split(/ *, */).map((item) => decode(document, schema.items ?? {}, item));
  }
  return text;
}

function describe(answer: AnswerOf): string {
  return 'path' in answer ? `${answer.method} ${answer.path.split('?')[0]}` : answer.operationId;
}
