import { describe, expect, it } from 'vitest';
import { type CredentialKind, credentials } from '../../src/auth/credentials.ts';
import type { Caller } from '../../src/contract/types.ts';
import { UnauthenticatedError } from '../../src/errors.ts';

const caller = (userId: string): Caller => ({
  principal: { userId, sessionId: null, scopes: [], authenticatedAt: null },
  account: { role: 'user', emailVerified: true },
});
const kind = (form: RegExp, authenticate: CredentialKind['authenticate']): CredentialKind => ({
  recognises: (token) => form.test(token),
  authenticate,
});

describe('the kinds of credentials', () => {
  it('are asked in their order, and only the first that knows the form decides', async () => {
    const refuse = async (): Promise<Caller> => {
      throw new UnauthenticatedError('revoked');
    };
    const authenticate = credentials([
      kind(/^b/, refuse),
      kind(/^a/, async () => caller('ada')),
      kind(/./, async () => caller('anybody')),
    ]);
    expect(await authenticate('a1')).toEqual(caller('ada'));
    expect(await authenticate('c1')).toEqual(caller('anybody'));
    await expect(authenticate('b1')).rejects.toThrow('revoked');
  });

  it('refuse what none of them knows', async () => {
    await expect(credentials([])('a1')).rejects.toThrow(UnauthenticatedError);
  });
});
