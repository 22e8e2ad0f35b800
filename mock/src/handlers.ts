import { entityTag, ifMatch, isUnchanged } from '../../src/contract/conditional.ts';
import { type ContractDocument, listOperations } from '../../src/contract/document.ts';
import { linkHeader, locationOf, type PageFrame } from '../../src/contract/pages.ts';
import type { Handlers } from '../../src/contract/types.ts';
import { InvalidInputError } from '../../src/errors.ts';
import type { Problem } from '../../src/http/problem.ts';
import type { Generate } from './generator.ts';
import { type Preferences, parsePreferences } from './preferences.ts';
import { DocumentedProblem } from './problems.ts';
import { type DocumentedResponse, documentedResponses } from './responses.ts';

export interface MockHandlersOptions {
  readonly document: ContractDocument;
  readonly generate: Generate;
  /** Generate data unless a request prefers otherwise. */
  readonly dynamic: boolean;
}

/** As much of a handler's input as a mock looks at. */
interface MockInput {
  readonly url: string;
  readonly headers: Readonly<Record<'prefer' | 'if-match' | 'if-none-match', string | undefined>>;
}

interface MockReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A handler for every operation, each made from what the contract says of its answers. */
export function mockHandlers({ document, generate, dynamic }: MockHandlersOptions): Handlers {
  const handlers = listOperations(document).map((operation) => {
    const responses = documentedResponses(document, operation);
    const handler = async (input: MockInput): Promise<MockReply> => {
      const preferences = { dynamic, ...parsePreferences(input.headers.prefer) };
      const response = chooseResponse(responses, preferences, input);
      return reply(input, response, chooseBody(response, preferences, generate));
    };
    return [operation.id, handler];
  });
  // Which answers they give is known to the contract alone, so the validator of answers is what holds them to it.
  return Object.fromEntries(handlers) as Handlers;
}

function chooseResponse(
  responses: readonly DocumentedResponse[],
  { code }: Preferences,
  { headers }: MockInput,
): DocumentedResponse {
  const find = (status: string): DocumentedResponse | undefined =>
    responses.find((response) => String(response.status) === status);
  if (code !== undefined) {
    const statuses = responses.map(({ status }) => status).join(', ');
    return find(code) ?? refuse(`code must be one of ${statuses} here`);
  }
  const conflict = find('412');
  if (conflict && !ifMatch(headers['if-match'])(exampleVersion(conflict))) return conflict;
  // What is created is new: a mock has nothing that could be there already.
  const success = find('201') ?? responses.find(({ status }) => status < 300);
  const unchanged = find('304');
  const tag = success?.headers.ETag ?? '';
  if (unchanged && isUnchanged(headers['if-none-match'], tag)) {
    return { ...unchanged, headers: { ...unchanged.headers, ETag: tag } };
  }
  return success ?? refuse('code is needed: no success is documented');
}

/** The version that the examples of a resource are at. */
function exampleVersion({ headers }: DocumentedResponse): number {
  return Number.parseInt(headers.ETag?.replaceAll('"', '') ?? '', 10);
}

function chooseBody(
  { status, examples, schema }: DocumentedResponse,
  { example, dynamic }: Preferences,
  generate: Generate,
): unknown {
  if (examples === undefined) return undefined;
  if (example !== undefined) {
    const names = [...examples.keys()].join(', ');
    return examples.has(example) ? examples.get(example) : refuse(`example must be one of ${names} here`);
  }
  const [first] = examples.values();
  const useSchema = first === undefined || (dynamic === true && status < 400);
  return useSchema && schema !== undefined ? generate(schema) : first;
}

function reply({ url }: MockInput, { status, headers }: DocumentedResponse, body: unknown): MockReply {
  if (status >= 400) throw new DocumentedProblem(body as Problem, headers);
  if (body === undefined) return { status, headers };
  return { status, headers: { ...headers, ...headersAbout(body, headers, url) }, body };
}

/** Headers that repeat something of the body, so that the two agree whatever the body is. */
function headersAbout(
  body: unknown,
  documented: Readonly<Record<string, string>>,
  url: string,
): Record<string, string> {
  const { id, version, ...frame } = body as { id?: string; version?: number } & PageFrame;
  return {
    ...('ETag' in documented && version !== undefined && { ETag: entityTag(version) }),
    ...('Location' in documented && id !== undefined && { Location: locationOf(url, { id }) }),
    ...('Link' in documented && linkHeader(url, frame)),
  };
}

function refuse(message: string): never {
  throw new InvalidInputError([{ parameter: 'Prefer', code: 'not_allowed', message }]);
}
