import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTag } from '../setup/group-scenes.ts';
import { eventsOf, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/tags';
const create = (user: TestUser, body: object) => app.as(user).post(PATH).send(body);

describe('POST /api/v1/tags', () => {
  it('answers 401 without a token and 403 without the scope, and stores nothing', async () => {
    await app.anonymous.post(PATH).send({ name: 'errands' }).expect(401);
    const reader = await limitedTo(app, await app.register(), 'tasks:read');
    await create(reader, { name: 'errands' }).expect(403);
    expect(await eventsOf(app, reader)).toEqual([]);
  });

  it.each([
    { body: {}, pointer: '/name', code: 'required' },
    { body: { name: ' errands' }, pointer: '/name', code: 'pattern' },
    { body: { name: '' }, pointer: '/name', code: 'too_short' },
    { body: { name: 'x'.repeat(51) }, pointer: '/name', code: 'too_long' },
    { body: { name: 'a', color: '#12345' }, pointer: '/color', code: 'pattern' },
    { body: { name: 'a', name_norm: 'b' }, pointer: '/name_norm', code: 'unknown' },
  ])('answers 422 with $code for $pointer', async ({ body, pointer, code }) => {
    const response = await create(await app.register(), body).expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('answers 201 with the tag, its place and its entity tag, and notes it', async () => {
    const user = await app.register();
    const response = await create(user, { name: 'Errands' }).expect(201);
    expect(response.headers.location).toBe(`${PATH}/${response.body.id}`);
    expect(response.headers.etag).toBe('"1-0"');
    expect(response.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Errands',
      color: null,
      task_count: 0,
      version: 1,
      created_at: expect.any(String),
      updated_at: response.body.created_at,
    });
    expect(await eventsOf(app, user)).toMatchObject([
      { type: 'tag.created', resource: 'tag', before: null, after: { name: 'Errands', color: null } },
    ]);
  });

  it.each([
    ['errands', 'ERRANDS'],
    ['Straße', 'STRASSE'],
    ['caf\u00e9', 'Cafe\u0301'],
    ['at home', 'At  Home'],
  ])('answers 409 to %s when there is %s', async (name, taken) => {
    const user = await app.register();
    await createTag(app, user, { name: taken });
    const { body } = await create(user, { name }).expect(409);
    expect(body).toMatchObject({ code: 'conflict', detail: 'There is another tag with this name.' });
    await create(await app.register(), { name }).expect(201);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it('answers 200 with the tag as it is when it is sent again under its id, and 409 to another', async () => {
    const user = await app.register();
    const id = uuidv7();
    await create(user, { id, name: 'errands' }).expect(201);
    const { body } = await app.as(user).patch(`${PATH}/${id}`).send({ name: 'shopping' }).expect(200);
    expect((await create(user, { id, name: 'errands' }).expect(200)).body).toEqual(body);
    await create(user, { id, name: 'home' }).expect(409);
    await create(user, { id, name: 'errands', color: '#cc6633' }).expect(409);
    expect(await eventsOf(app, user)).toHaveLength(2);
  });

  it('makes one tag of ten with one name that are sent at once', async () => {
    const user = await app.register();
    const names = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'errands' : 'Errands'));
    const answers = await Promise.all(names.map((name) => create(user, { name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it('does it once for one Idempotency-Key', async () => {
    const user = await app.register();
    const send = () => create(user, { name: 'errands' }).set('Idempotency-Key', 'first').expect(201);
    const [first, again] = [await send(), await send()];
    expect(again.body).toEqual(first.body);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });
});
