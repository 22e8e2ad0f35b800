/** What only the server sets can not be sent, to no operation (mass assignment). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodySchemaOf } from '../conformance/parts.ts';
import { flatten } from '../conformance/schemas.ts';
import { contract, operations } from '../setup/contract.ts';
import { exampleBodies, fillPath } from '../setup/requests.ts';
import { registerAdmin } from '../setup/scenes.ts';
import type { Schema } from '../setup/schema-checker.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';
import { roleFor } from './canaries.ts';

const withJson = operations.filter(({ mediaTypes }) => mediaTypes.includes('application/json'));
/** Everything that answers say of the things that there are. */
const THINGS: Schema[] = Object.values<Schema>(contract.components.schemas)
  .map(flatten)
  .filter(({ properties = {} }) => 'id' in properties && 'created_at' in properties);
const fields = [...new Set(THINGS.flatMap(({ properties = {} }) => Object.keys(properties)))];

let app: TestApp;
let admin: TestUser;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
  [user, admin] = [await app.register(), await registerAdmin(app)];
});
afterAll(() => app.close());

describe.each(withJson)('AZ4 $operationId', (operation) => {
  it('takes no field that only the server sets', async () => {
    const { properties = {} } = flatten(bodySchemaOf(operation, 'application/json'));
    const foreign = [...fields, 'password_hash'].filter((name) => !(name in properties));
    expect(foreign).toContain('created_at');
    const [example] = exampleBodies(operation, 'application/json');
    const added = Object.fromEntries(foreign.map((name) => [name, null]));
    const caller = app.as(roleFor(operation) === 'admin' ? admin : user);
    const method = operation.method.toLowerCase() as 'post' | 'put' | 'patch';
    const { body } = await caller[method](fillPath(operation.path))
      .send({ ...(example as object), ...added })
      .expect(422);
    const unknown = body.errors.filter(({ code }: { code: string }) => code === 'unknown');
    expect(unknown.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
      foreign.map((name) => `/${name}`).sort(),
    );
  });
});

it('AZ4 knows what the server sets', () => {
  expect(THINGS.length).toBeGreaterThanOrEqual(4);
  expect(fields).toEqual(expect.arrayContaining(['role', 'email_verified', 'version', 'updated_at']));
});
