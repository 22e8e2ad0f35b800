import { ifMatch, type Precondition } from '../../contract/conditional.ts';
import type { Schemas } from '../../contract/types.ts';
import { type FieldFault, InvalidInputError } from '../../errors.ts';
import { canonicalId, withCanonicalIds } from '../rules/ids.ts';

type Given = Schemas['BatchOperation'];

/** A change of a batch, with the fields that belong to it. */
export type Operation =
  | { readonly op: 'create'; readonly task: Schemas['TaskCreate'] }
  | ({ readonly op: 'update'; readonly patch: Schemas['TaskUpdate'] } & Existing)
  | ({ readonly op: 'complete' | 'delete' } & Existing);

interface Existing {
  readonly id: string;
  readonly allowed: Precondition;
}

/** Fields that an operation has to have, and those that it may have. */
const FIELDS = {
  create: { required: ['task'], optional: [] },
  update: { required: ['id', 'patch'], optional: ['if_match'] },
  complete: { required: ['id'], optional: ['if_match'] },
  delete: { required: ['id'], optional: ['if_match'] },
} as const satisfies Record<Given['op'], Record<'required' | 'optional', readonly (keyof Given)[]>>;

/** The operations as they are meant. @throws InvalidInputError with all fields that are missing, or of another operation */
export function readOperations(given: readonly Given[]): Operation[] {
  const faults = given.flatMap((operation, index) =>
    faultsOf(operation).map((fault) => ({ ...fault, pointer: `/operations/${index}${fault.pointer}` })),
  );
  if (faults.length > 0) throw new InvalidInputError(faults);
  return given.map(toOperation);
}

function faultsOf(operation: Given): FieldFault[] {
  const { required, optional } = FIELDS[operation.op];
  const allowed: readonly string[] = ['op', ...required, ...optional];
  const missing = required.filter((name) => operation[name] === undefined);
  const foreign = Object.keys(operation).filter((name) => !allowed.includes(name));
  return [
    ...missing.map((name) => ({ pointer: `/${name}`, code: 'required', message: 'is required' })),
    ...foreign.map((name) => ({
      pointer: `/${name}`,
      code: 'not_allowed',
      message: `does not belong to ${operation.op}`,
    })),
  ];
}

function toOperation({ op, id = '', task, patch = {}, if_match }: Given): Operation {
  if (task !== undefined) return { op: 'create', task: withCanonicalIds(task) };
  const existing = { id: canonicalId(id), allowed: ifMatch(if_match) };
  if (op === 'update') return { op, patch: withCanonicalIds(patch), ...existing };
  return { op: op === 'delete' ? op : 'complete', ...existing };
}

/** Where in an operation the fields are that its own errors speak of. */
export function fieldsOf({ op }: Operation): string {
  return { create: '/task', update: '/patch', complete: '', delete: '' }[op];
}
