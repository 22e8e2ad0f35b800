import { type ContractOperation, contract } from '../../setup/contract.ts';
import { type Caller, SESSION_ONLY } from './cast.ts';

/** What a call is answered, as far as who calls decides about it. */
export interface Expectation {
  readonly statuses: readonly number[];
  /** Code of the problem, if it is one. */
  readonly code?: string;
}

const UNVERIFIED: readonly string[] = contract.components.securitySchemes.bearerAuth['x-unverified-scopes'];

const refused = (status: number, code: string): Expectation => ({ statuses: [status], code });
const success = ({ statuses }: ContractOperation): Expectation => ({
  statuses: statuses.filter((status) => status < 300),
});

/** Public operations: what decides is the body, which is of the caller's own, or made up for nobody. */
const PUBLIC: Readonly<Record<string, Partial<Record<Caller, Expectation>>>> = {
  login: {
    anonymous: refused(401, 'invalid_credentials'),
    disabled: refused(401, 'invalid_credentials'),
  },
  refreshSession: {
    anonymous: refused(401, 'invalid_refresh_token'),
    disabled: refused(401, 'invalid_refresh_token'),
    'logged out': refused(401, 'invalid_refresh_token'),
  },
};
/** Operations whose body names things of the owner's. */
const NAMES_THINGS = ['batchTasks'];
/** Public operations whose example is a token that nobody was sent. */
const NEEDS_MAILED_TOKEN = ['verifyEmail', 'resetPassword'];

/** What the policies of the contract make of it: its scopes and roles, and what they say of kinds of tokens and accounts. */
export function expectationOf(operation: ContractOperation, caller: Caller): Expectation {
  const { operationId, scopes, requiredRole, pathParameters } = operation;
  if (scopes === undefined) {
    if (NEEDS_MAILED_TOKEN.includes(operationId)) return refused(422, 'validation_failed');
    return PUBLIC[operationId]?.[caller] ?? success(operation);
  }
  const lacksRole = requiredRole !== undefined;
  const isAboutThings = pathParameters.length > 0 || NAMES_THINGS.includes(operationId);
  switch (caller) {
    case 'anonymous':
    case 'disabled':
    case 'logged out':
      return refused(401, 'unauthenticated');
    case 'unscoped':
      return refused(403, 'insufficient_scope');
    case 'without role':
      return lacksRole ? refused(403, 'insufficient_role') : success(operation);
    case 'stranger':
      if (lacksRole) return refused(403, 'insufficient_role');
      return isAboutThings ? refused(404, 'not_found') : success(operation);
    case 'admin':
      // Only what is for admins makes an admin more than a stranger.
      if (lacksRole || !isAboutThings) return success(operation);
      return refused(404, 'not_found');
    case 'personal token':
      return scopes.some((scope) => SESSION_ONLY.includes(scope))
        ? refused(403, 'insufficient_scope')
        : success(operation);
    case 'unverified':
      return scopes.every((scope) => UNVERIFIED.includes(scope))
        ? success(operation)
        : refused(403, 'email_unverified');
    case 'owner':
      return success(operation);
  }
}
