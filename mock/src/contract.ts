import { type ContractDocument, loadDocument } from '../../src/contract/document.ts';
import { MockError } from './options.ts';

/** What the server's own code reads, beside what every OpenAPI document has. */
const NEEDED = [
  'info.version',
  'paths',
  'components.parameters',
  'components.headers.RequestId.schema.pattern',
  'components.schemas.Problem.properties.errors.maxItems',
  'components.schemas.ProblemCode.x-problems',
  'components.schemas.FieldError.properties',
  'components.schemas.NewPassword.maxLength',
  'components.securitySchemes',
];

/** Reads the contract. @throws MockError when it can't be read or is not one that the server could serve */
export function openContract(path: string): { document: ContractDocument; source: string } {
  const contract = read(path);
  const { document } = contract;
  const openapi = at(document, 'openapi');
  if (typeof openapi !== 'string' || !openapi.startsWith('3.1.')) {
    throw new MockError(`${path} is not an OpenAPI 3.1 document.`);
  }
  const missing = NEEDED.filter((place) => at(document, place) === undefined);
  if (missing.length > 0)
    throw new MockError(`${path} has no ${missing.join(', no ')}: it is not a contract of Taskpact.`);
  return contract;
}

function read(path: string): ReturnType<typeof loadDocument> {
  try {
    return loadDocument(path);
  } catch (error) {
    // The parser's message goes on with an excerpt of the file.
    const [reason] = (error as Error).message.split('\n');
    throw new MockError(`The contract ${path} can't be read: ${reason}`, { cause: error });
  }
}

function at(value: unknown, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((parent, key) => (parent as Record<string, unknown> | null | undefined)?.[key], value);
}
