import {
  type ContractDocument,
  listOperations,
  type Operation,
  type ProblemKind,
} from '../../contract/document.ts';
import type { ProblemCode } from '../../contract/types.ts';

/** An operation that can answer with a problem. */
export interface AnsweringOperation extends Pick<Operation, 'id' | 'method' | 'path'> {
  readonly tag: string;
  readonly summary: string;
}

/** A problem code with everything that the contract says of it. */
export interface ExplainedProblem extends ProblemKind {
  readonly code: ProblemCode;
  /** In the order of the contract; empty for what is answered before an operation is chosen. */
  readonly operations: readonly AnsweringOperation[];
  /** A whole answer, if the contract shows one. */
  readonly example: unknown;
}

/** The parts of an operation that only its documentation needs. */
interface OperationText {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly responses: Readonly<Record<string, Response | Reference>>;
}

interface Response {
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface MediaType {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown } | Reference>>;
}

interface Reference {
  readonly $ref: string;
}

/**
 * Every problem code, by status. Which operations can answer with it is read from the examples of their responses: a
 * response that several codes share has an example for each.
 */
export function explainProblems(document: ContractDocument): ExplainedProblem[] {
  const answers = listOperations(document).flatMap((operation) => problemAnswers(document, operation));
  const kinds = Object.entries(document.components.schemas.ProblemCode['x-problems']);
  return kinds
    .map(([code, kind]) => {
      const own = answers.filter(({ example }) => example.code === code);
      const operations = new Map(own.map(({ operation }) => [operation.id, operation]));
      const [first] = own;
      return {
        ...kind,
        code: code as ProblemCode,
        operations: [...operations.values()],
        example: first?.example,
      };
    })
    .sort((a, b) => a.status - b.status || a.code.localeCompare(b.code, 'en'));
}

interface ProblemAnswer {
  readonly operation: AnsweringOperation;
  readonly example: { readonly code: string };
}

function problemAnswers(document: ContractDocument, { id, method, path }: Operation): ProblemAnswer[] {
  const text = document.paths[path]?.[method] as unknown as OperationText;
  const operation = { id, method, path, tag: text.tags[0] ?? '', summary: text.summary };
  return Object.values(text.responses)
    .map((response) => resolve(document, response).content?.['application/problem+json'])
    .flatMap((mediaType) => examplesOf(document, mediaType))
    .filter(isProblem)
    .map((example) => ({ operation, example }));
}

function examplesOf(document: ContractDocument, mediaType: MediaType | undefined): unknown[] {
  const examples = Object.values(mediaType?.examples ?? {});
  return [mediaType?.example, ...examples.map((example) => resolve(document, example).value)];
}

function isProblem(example: unknown): example is { readonly code: string } {
  return (
    typeof example === 'object' && example !== null && 'code' in example && typeof example.code === 'string'
  );
}

/** Follows a reference inside the document (JSON Pointer, RFC 6901). */
function resolve<T extends object>(document: ContractDocument, value: T | Reference): T {
  if (!('$ref' in value)) return value;
  const keys = value.$ref.slice('#/'.length).split('/');
  let target: unknown = document;
  for (const key of keys) {
    target = (target as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return resolve(document, target as T | Reference);
}
