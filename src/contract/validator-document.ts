import { type ContractDocument, METHODS } from './document.ts';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

const PROBLEM = {
  description: 'Any problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/**
 * The contract as express-openapi-validator gets it. It compiles a schema for each status of each operation, with the
 * whole document attached to each, which took seconds and hundreds of megabytes at start. All errors have one body, so
 * one schema for all of an operation's 4xx says the same; whether the very status is documented is checked beside it
 * (`answers.ts`). Bodies of 5xx are never validated, so their schemas are left out.
 */
export function toValidatorDocument(document: ContractDocument): ContractDocument {
  const copy = structuredClone(document) as Mutable<ContractDocument>;
  for (const item of Object.values(copy.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) operation.responses = mergeErrors(operation.responses);
    }
  }
  // Its check for reserved characters stops at the first parameter; the schemas refuse what has to be refused.
  for (const parameter of Object.values(copy.components.parameters)) {
    if (parameter.in === 'query') parameter.allowReserved = true;
  }
  // Relative in the contract, because the document moves with its server; the validator's meta-schema wants URLs.
  const flow = copy.components.securitySchemes.bearerAuth.flows.password;
  flow.tokenUrl = new URL(flow.tokenUrl, 'http://localhost').href;
  flow.refreshUrl = new URL(flow.refreshUrl, 'http://localhost').href;
  return copy as ContractDocument;
}

function mergeErrors<R>(responses: Readonly<Record<string, R>>): Record<string, R | typeof PROBLEM> {
  const statuses = Object.keys(responses);
  const successes = statuses
    .filter((status) => !/^[45]/.test(status))
    .map((status) => [status, responses[status]]);
  const hasErrors = statuses.some((status) => status.startsWith('4'));
  return { ...Object.fromEntries(successes), ...(hasErrors ? { '4XX': PROBLEM } : {}) };
}
