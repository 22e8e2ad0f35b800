import type { ContractOperation } from '../../setup/contract.ts';
import { contract } from '../../setup/contract.ts';
import { limitedTo, registerAdmin } from '../../setup/scenes.ts';
import type { TestApp, TestUser } from '../../setup/test-app.ts';
import { type Things, thingsOf } from './things.ts';

/** Kinds of callers. All but `anonymous` and `stranger` have everything that the operation wants, or all of it but one thing. */
export const CALLERS = [
  'owner',
  'admin',
  'stranger',
  'anonymous',
  'unscoped',
  'without role',
  'disabled',
  'logged out',
  'personal token',
  'unverified',
] as const;
export type Caller = (typeof CALLERS)[number];

/** Somebody who calls, and the things that the call is about. */
export interface Cast {
  /** Undefined for nobody. */
  readonly caller: TestUser | undefined;
  readonly owner: TestUser;
  /** What belongs to the owner, and an account for admins. */
  readonly things: Things;
}

const { bearerAuth } = contract.components.securitySchemes;
const SCOPES: readonly string[] = Object.keys(bearerAuth.flows.password.scopes);
export const SESSION_ONLY: readonly string[] = bearerAuth['x-session-only-scopes'];

/** Milliseconds that the server goes by what it knows of an account. */
const REMEMBERED = 10_000;

/** The caller is the owner of the things, if not a stranger, an admin or nobody: ownership must not help. */
export async function cast(app: TestApp, kind: Caller, operation: ContractOperation): Promise<Cast> {
  const needsAdmin = operation.requiredRole === 'admin' && kind !== 'without role';
  const owner = await (needsAdmin ? registerAdmin(app) : app.register());
  // On a server that wants it, an address has to be proved before there is anything to own.
  await app.database('users').where({ id: owner.id }).update({ email_verified: true });
  const things = await thingsOf(app, owner, operation);
  return { owner, things, caller: await play(app, kind, operation, owner) };
}

async function play(
  app: TestApp,
  kind: Caller,
  { scopes = [] }: ContractOperation,
  owner: TestUser,
): Promise<TestUser | undefined> {
  switch (kind) {
    case 'anonymous':
      return undefined;
    case 'stranger':
      return app.register();
    case 'admin':
      return registerAdmin(app);
    case 'unscoped':
      return limitedTo(app, owner, SCOPES.filter((scope) => !scopes.includes(scope)).join(' '));
    case 'disabled':
      await app.database('users').where({ id: owner.id }).update({ disabled_at: new Date().toISOString() });
      app.advance(REMEMBERED);
      return owner;
    case 'logged out': {
      const { refresh_token } = owner.tokens;
      await app.anonymous.post('/api/v1/auth/logout').send({ refresh_token }).expect(204);
      return owner;
    }
    case 'personal token':
      return { ...owner, authorization: `Bearer ${await personalToken(app, owner)}` };
    case 'unverified':
      await app.database('users').where({ id: owner.id }).update({ email_verified: false });
      app.advance(REMEMBERED);
      return owner;
    case 'owner':
    case 'without role':
      return owner;
  }
}

/** A personal token with every scope that the owner can give it. */
async function personalToken(app: TestApp, owner: TestUser): Promise<string> {
  const scopes = owner.tokens.scope.split(' ').filter((scope) => !SESSION_ONLY.includes(scope));
  const { body } = await app.as(owner).post('/api/v1/me/tokens').send({ name: 'All', scopes }).expect(201);
  return body.token;
}
