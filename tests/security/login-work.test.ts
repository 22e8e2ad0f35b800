/** How long a login takes does not tell whether the account exists: all that fail do the same work. */
import bcrypt from 'bcrypt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { statementsOf } from '../setup/statements.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

it('AN6 a login that fails costs one hash and the same statements, whyever it fails', async () => {
  const [known, disabled, external] = [await app.register(), await app.register(), await app.register()];
  await app.database('users').where({ id: disabled.id }).update({ disabled_at: new Date().toISOString() });
  await app.database('users').where({ id: external.id }).update({ password_hash: null });
  const hashes = vi.spyOn(bcrypt, 'compare');
  const work = async (email: string, password: string) => {
    hashes.mockClear();
    const send = () => app.anonymous.post('/api/v1/auth/login').send({ email, password }).expect(401);
    const statements = await statementsOf(app, send);
    return { statements, costs: hashes.mock.calls.map(([, hash]) => bcrypt.getRounds(hash)) };
  };
  const wrong = await work(known.email, 'incorrect horse');
  expect(wrong.costs).toEqual([app.config.bcryptCost]);
  expect(wrong.statements.length).toBeGreaterThan(0);
  expect(await work('nobody@example.com', 'incorrect horse')).toEqual(wrong);
  expect(await work(disabled.email, disabled.password)).toEqual(wrong);
  expect(await work(external.email, external.password)).toEqual(wrong);
  hashes.mockRestore();
});
