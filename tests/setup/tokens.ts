import type { Schemas } from '../../src/contract/types.ts';
import type { TestApp, TestUser } from './test-app.ts';

/** A personal access token, ready to make requests. */
export interface TestToken {
  readonly id: string;
  readonly token: string;
  /** Value of the `Authorization` header. */
  readonly authorization: string;
}

/** A new personal access token of the user. */
export async function createToken(
  app: TestApp,
  user: Pick<TestUser, 'authorization'>,
  fields: Partial<Schemas['AccessTokenCreate']> = {},
): Promise<TestToken> {
  const body = { name: 'Nightly backup', scopes: ['tasks:read'], ...fields };
  const response = await app.as(user).post('/api/v1/me/tokens').send(body).expect(201);
  const { token, access_token } = response.body as Schemas['CreatedAccessToken'];
  return { id: access_token.id, token, authorization: `Bearer ${token}` };
}
