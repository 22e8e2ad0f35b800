import type { ContractDocument, Operation } from '../../src/contract/document.ts';

/** An answer that the contract documents, with everything that is needed to give it. */
export interface DocumentedResponse {
  readonly status: number;
  /** Example values by name, in the contract's spelling. */
  readonly headers: Readonly<Record<string, string>>;
  /** Example bodies by name, a single one under ''; undefined when there is no body. */
  readonly examples: ReadonlyMap<string, unknown> | undefined;
  /** Schema of the body, references and all. */
  readonly schema: object | undefined;
}

interface Reference {
  readonly $ref: string;
}
type OrReference<T> = T | Reference;

interface ResponseObject {
  readonly headers?: Readonly<Record<string, OrReference<{ readonly example?: unknown }>>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}
interface MediaType {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, OrReference<{ readonly value?: unknown }>>>;
}

/** The answers of an operation, in the order of the contract. */
export function documentedResponses(document: ContractDocument, operation: Operation): DocumentedResponse[] {
  return responsesOf(document, operation).map(([status, response]) => {
    const [mediaType] = Object.values(response.content ?? {});
    return {
      status: Number(status),
      headers: headerExamples(document, response),
      examples: mediaType && bodyExamples(document, mediaType),
      schema: mediaType?.schema,
    };
  });
}

function responsesOf(document: ContractDocument, { path, method }: Operation): [string, ResponseObject][] {
  const responses = document.paths[path]?.[method]?.responses ?? {};
  return Object.entries(responses).map(([status, response]) => [
    status,
    resolve(document, response as OrReference<ResponseObject>),
  ]);
}

/** The request id is the HTTP layer's business, and who remembers nothing repeats no answer. */
const NOT_GIVEN = ['X-Request-Id', 'Idempotency-Replayed'];

function headerExamples(document: ContractDocument, { headers = {} }: ResponseObject) {
  const values = Object.entries(headers).map(
    ([name, header]) => [name, resolve(document, header).example] as const,
  );
  return Object.fromEntries(
    values
      .filter(([name, value]) => !NOT_GIVEN.includes(name) && value !== undefined)
      .map(([n, v]) => [n, `${v}`]),
  );
}

function bodyExamples(document: ContractDocument, mediaType: MediaType): ReadonlyMap<string, unknown> {
  const single = 'example' in mediaType ? [['', mediaType.example] as const] : [];
  const named = Object.entries(mediaType.examples ?? {}).map(
    ([name, example]) => [name, resolve(document, example).value] as const,
  );
  return new Map([...single, ...named]);
}

/** Follows references inside the document (JSON Pointer, RFC 6901). */
function resolve<T extends object>(document: ContractDocument, value: OrReference<T>): T {
  if (!('$ref' in value)) return value;
  const keys = value.$ref.slice('#/'.length).split('/');
  const target = keys.reduce<unknown>(
    (parent, key) => (parent as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  );
  return resolve(document, target as OrReference<T>);
}
