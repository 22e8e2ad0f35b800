import {
  type ContractDocument,
  METHODS,
  type ParameterOrReference,
  type ResponseObject,
  resolveParameter,
} from './document.ts';

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

type Responses = Readonly<Record<string, ResponseObject | { readonly $ref: string }>>;

const PROBLEM = {
  description: 'Any problem',
  content: { 'application/problem+json': { schema: { allOf: [{ $ref: '#/components/schemas/Problem' }] } } },
};

/**
 * The contract as express-openapi-validator gets it. It compiles a schema for each status of each operation, with the
 * whole document attached to each, which took seconds and hundreds of megabytes at start. All errors have one body, so
 * one schema for all of an operation's 4xx says the same; whether the very status is documented is checked beside it
 * (`answers.ts`). Bodies of 5xx are never validated, so their schemas are left out.
 */
export function toValidatorDocument(document: ContractDocument): ContractDocument {
  const copy = structuredClone(document) as Mutable<ContractDocument>;
  // The library would look each reference up on every request.
  const resolve = (owner: { parameters?: ParameterOrReference[] }): void => {
    owner.parameters &&= owner.parameters.map((one) => resolveParameter(copy as ContractDocument, one));
  };
  for (const item of Object.values(copy.paths)) {
    resolve(item as { parameters?: ParameterOrReference[] });
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      resolve(operation as { parameters?: ParameterOrReference[] });
      operation.responses = mergeErrors(operation.responses) as typeof operation.responses;
      keepReferences(operation.responses);
    }
  }
  keepReferences(copy.components.responses);
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

function mergeErrors(responses: Responses): Responses {
  const statuses = Object.keys(responses);
  const successes = statuses
    .filter((status) => !/^[45]/.test(status))
    .map((status) => [status, responses[status]]);
  const hasErrors = statuses.some((status) => status.startsWith('4'));
  return { ...Object.fromEntries(successes), ...(hasErrors ? { '4XX': PROBLEM } : {}) };
}

/**
 * The library puts the schema itself in the place of a reference that is all there is to an answer, and compiles it there.
 * A reference one step deeper stays one.
 */
function keepReferences(responses: Responses): void {
  for (const { content = {} } of Object.values(responses) as Mutable<ResponseObject>[]) {
    for (const media of Object.values(content) as { schema?: object }[]) {
      if (media.schema !== undefined && '$ref' in media.schema) media.schema = { allOf: [media.schema] };
    }
  }
}
