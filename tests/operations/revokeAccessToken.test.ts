import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ABSENT_ID } from '../setup/requests.ts';
import { comparable, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';
import { createToken, type TestToken } from '../setup/tokens.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me/tokens';
const revoke = (user: TestUser, id: string) => app.as(user).delete(`${PATH}/${id}`);
const use = (token: TestToken) => app.as(token).get('/api/v1/tasks');

describe('DELETE /api/v1/me/tokens/{token_id}', () => {
  it('answers 401 without a token, and 403 without the scope', async () => {
    const user = await app.register();
    const token = await createToken(app, user);
    await app.anonymous.delete(`${PATH}/${token.id}`).expect(401);
    const writer = await limitedTo(app, user, 'profile:write tasks:write');
    expect((await revoke(writer, token.id).expect(403)).body.code).toBe('insufficient_scope');
    await use(token).expect(200);
  });

  it('answers 422 to what is no id, and 400 to what is no path', async () => {
    const user = await app.register();
    await revoke(user, 'nonsense').expect(422);
    await revoke(user, '%E0%A4%A').expect(400);
  });

  it("answers 404 to somebody else's token exactly as to one that does not exist", async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    const token = await createToken(app, stranger);
    const theirs = await revoke(user, token.id).expect(404);
    const nobodys = await revoke(user, ABSENT_ID).expect(404);
    expect(comparable(theirs).replace(token.id, ABSENT_ID)).toBe(comparable(nobodys));
    await use(token).expect(200);
  });

  it('answers 204, once: the token stops working at once, others and the session go on', async () => {
    const user = await app.register();
    const [token, other] = [await createToken(app, user), await createToken(app, user)];
    for (const each of [token, other]) await use(each).expect(200);
    const response = await revoke(user, token.id).expect(204);
    expect(response.text).toBe('');
    const refused = await use(token).expect(401);
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
    await use(other).expect(200);
    await revoke(user, token.id).expect(404);
  });
});
