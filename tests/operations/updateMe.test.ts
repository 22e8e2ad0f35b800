import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/me';
const patch = (user: TestUser, body: object) => app.as(user).patch(PATH).send(body);
const stored = async ({ id }: TestUser) => app.database('users').where({ id }).first();
const ADA = { name: 'Ada Lovelace', timezone: 'Europe/London' };

describe('PATCH /api/v1/me', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await app.anonymous.patch(PATH).send({}).expect(401);
    const reader = await limitedTo(app, await app.register(), 'profile:read');
    await patch(reader, { name: 'Eve' }).expect(403);
    expect((await stored(reader)).name).toBeNull();
  });

  it("answers 422 to fields that are not the caller's to change, and changes nothing", async () => {
    const user = await app.register(ADA);
    const before = await stored(user);
    const forbidden = {
      role: 'admin',
      email: 'eve@example.com',
      email_verified: true,
      disabled_at: null,
      id: user.id,
    };
    for (const [name, value] of Object.entries(forbidden)) {
      const { body } = await patch(user, { name: 'Eve', [name]: value }).expect(422);
      expect(body.errors).toEqual([expect.objectContaining({ pointer: `/${name}`, code: 'unknown' })]);
    }
    expect(await stored(user)).toEqual(before);
  });

  it.each([
    { body: { timezone: null }, pointer: '/timezone' },
    { body: { timezone: 'Mars/Phobos' }, pointer: '/timezone' },
    { body: { name: '' }, pointer: '/name' },
    { body: { name: ' \t' }, pointer: '/name' },
    { body: { name: 'x'.repeat(101) }, pointer: '/name' },
  ])('answers 422 to $body', async ({ body, pointer }) => {
    const user = await app.register();
    const response = await patch(user, body).expect(422);
    const places = response.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(new Set(places)).toEqual(new Set([pointer]));
  });

  it('answers 412 with the account as it is when If-Match names another version', async () => {
    const user = await app.register(ADA);
    for (const tag of ['"2"', 'W/"1"', '"0", "7"', '""']) {
      const response = await patch(user, { name: 'Eve' }).set('If-Match', tag).expect(412);
      expect(response.headers.etag).toBe('"1"');
      expect(response.body).toMatchObject({ code: 'precondition_failed', current: user.tokens.user });
    }
    expect(await stored(user)).toMatchObject({ ...ADA, version: 1 });
  });

  it.each(['"1"', '*', '"0", "1"', 'W/"1", "1"'])('goes on when If-Match is %s', async (tag) => {
    const user = await app.register(ADA);
    const response = await patch(user, { name: 'Ada King' }).set('If-Match', tag).expect(200);
    expect(response.headers.etag).toBe('"2"');
  });

  it('keeps what is absent, clears what is null, and stores the rest', async () => {
    const user = await app.register(ADA);
    app.advance(1000);
    const renamed = await patch(user, { name: 'Ada King' }).expect(200);
    expect(renamed.body).toEqual({
      ...user.tokens.user,
      name: 'Ada King',
      updated_at: renamed.body.updated_at,
    });
    expect(renamed.body.updated_at > user.tokens.user.updated_at).toBe(true);
    expect(renamed.headers.etag).toBe('"2"');
    const cleared = await patch(user, { name: null }).type('application/merge-patch+json').expect(200);
    expect(cleared.body).toMatchObject({ name: null, timezone: 'Europe/London' });
    const moved = await patch(user, { timezone: 'Asia/Tokyo', name: 'Countess' }).expect(200);
    expect(moved.headers.etag).toBe('"4"');
    const { password_hash, version, ...row } = await stored(user);
    expect(version).toBe(4);
    expect(moved.body).toEqual(row);
    expect((await app.as(user).get(PATH).expect(200)).body).toEqual(moved.body);
  });

  it('changes nothing, not even the version, for an empty patch or one that says what is there', async () => {
    const user = await app.register(ADA);
    const before = await stored(user);
    app.advance(1000);
    for (const body of [{}, ADA, { name: ADA.name }]) {
      const response = await patch(user, body).expect(200);
      expect(response.headers.etag).toBe('"1"');
      expect(response.body).toEqual(user.tokens.user);
    }
    expect(await stored(user)).toEqual(before);
  });

  it('OE7 lets exactly one of twenty simultaneous writers with the same If-Match through', async () => {
    const user = await app.register();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => patch(user, { name: `Ada ${index}` }).set('If-Match', '"1"')),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await stored(user)).toMatchObject({ name: winner?.body.name, version: 2 });
  });

  it('loses none of twenty simultaneous writes without If-Match', async () => {
    const user = await app.register();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => patch(user, { name: `Ada ${index}` })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(20);
    expect((await stored(user)).version).toBe(21);
  });
});
