import { describe, expect, it } from 'vitest';
import { type ContractDocument, loadDocument, scopesOf } from '../../src/contract/document.ts';
import { requirePolicies } from '../../src/contract/policies.ts';
import { contract } from '../setup/contract.ts';

// biome-ignore lint/suspicious/noExplicitAny: an operation of a document that is broken on purpose
type Anything = any;

const broken = (change: (operation: Anything) => void): ContractDocument => {
  const copy = structuredClone(contract);
  change(copy.paths['/api/v1/admin/users'].get);
  return copy;
};

describe('a policy for each operation', () => {
  it('is there in the contract', () => {
    expect(() => requirePolicies(loadDocument().document)).not.toThrow();
  });

  it.each<[string, (operation: Anything) => void]>([
    ['does not say who may call it', (operation) => delete operation.security],
    ['wants no scope', (operation) => Object.assign(operation, { security: [{ bearerAuth: [] }] })],
    ['can be called in a way', (operation) => Object.assign(operation, { security: [{}] })],
    ['can be called in a way', (operation) => operation.security.push({})],
    ['can be called in a way', (operation) => operation.security.push({ bearerAuth: ['tasks:read'] })],
    ['can be called in a way', (operation) => Object.assign(operation.security[0], { cookieAuth: [] })],
    ['wants the scope users:all', (operation) => operation.security[0].bearerAuth.push('users:all')],
    ['is for the role owner', (operation) => Object.assign(operation, { 'x-required-role': 'owner' })],
    ['has a role, but is public', (operation) => Object.assign(operation, { security: [] })],
  ])('stops the start when the operation %s', (fault, change) => {
    expect(() => requirePolicies(broken(change))).toThrow(`adminListUsers ${fault}`);
  });
});

describe('the scopes of a role', () => {
  const { document } = loadDocument();

  it('are those of operations that the role may call', () => {
    expect(scopesOf(document, 'user').filter((scope) => scope.startsWith('users:'))).toEqual([]);
    expect(scopesOf(document, 'admin')).toEqual([...scopesOf(document, 'user'), 'users:read', 'users:write']);
  });

  it('change with the policies of the operations, and with nothing else', () => {
    const copy = structuredClone(contract);
    delete copy.paths['/api/v1/admin/stats'].get['x-required-role'];
    expect(scopesOf(copy, 'user')).toContain('users:read');
    expect(scopesOf(copy, 'user')).not.toContain('users:write');
  });
});
