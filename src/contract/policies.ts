import { type ContractDocument, listScopes, METHODS, type OperationObject } from './document.ts';

/**
 * Default deny: an operation that does not say who may call it, or says it in words that mean nothing here, stops the
 * start.
 *
 * @throws Error that names the operation
 */
export function requirePolicies(document: ContractDocument): void {
  const scopes: readonly string[] = listScopes(document);
  const roles: readonly string[] = document.components.schemas.UserRole.enum;
  const operations = Object.values(document.paths).flatMap((item) =>
    METHODS.map((method) => item[method]).filter((operation) => operation !== undefined),
  );
  for (const operation of operations) {
    const fault = findFault(operation, scopes, roles);
    if (fault !== undefined) throw new Error(`${operation.operationId} ${fault}`);
  }
}

function findFault(
  { security, 'x-required-role': role }: OperationObject,
  scopes: readonly string[],
  roles: readonly string[],
): string | undefined {
  if (security === undefined) return 'does not say who may call it';
  if (role !== undefined && !roles.includes(role)) return `is for the role ${role}, which there is not`;
  if (security.length === 0) return role === undefined ? undefined : 'has a role, but is public';
  const [way, ...others] = security;
  // What is read is one way; a second one would let in whom the first refuses.
  const wanted = way?.bearerAuth ?? [];
  if (others.length > 0 || Object.keys(way ?? {}).join() !== 'bearerAuth') {
    return 'can be called in a way that is not bearerAuth alone';
  }
  if (wanted.length === 0) return 'wants no scope';
  const unknown = wanted.find((scope) => !scopes.includes(scope));
  return unknown && `wants the scope ${unknown}, which there is not`;
}
