import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asStored, eventsOf, limitedTo, storedTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/tasks';
const create = (user: TestUser, body: object) => app.as(user).post(PATH).send(body);

describe('POST /api/v1/tasks', () => {
  it('answers 401 without a token and 403 without the scope, and stores nothing', async () => {
    await app.anonymous.post(PATH).send({ title: 'Buy milk' }).expect(401);
    const reader = await limitedTo(app, await app.register(), 'tasks:read');
    const { body } = await create(reader, { title: 'Buy milk' }).expect(403);
    expect(body.detail).toBe('This operation needs the scope tasks:write.');
    expect(await app.database('tasks').where({ user_id: reader.id })).toEqual([]);
  });

  it.each([
    { body: {}, pointer: '/title', code: 'required' },
    { body: { title: '' }, pointer: '/title', code: 'too_short' },
    { body: { title: ' \n\t' }, pointer: '/title', code: 'pattern' },
    { body: { title: null }, pointer: '/title', code: 'type' },
    { body: { title: 'x'.repeat(201) }, pointer: '/title', code: 'too_long' },
    { body: { title: 'a\u0000b' }, pointer: '/title', code: 'invalid_characters' },
    { body: { title: 'a', description: 'x'.repeat(2001) }, pointer: '/description', code: 'too_long' },
    { body: { title: 'a', description: '\ud800' }, pointer: '/description', code: 'invalid_characters' },
    { body: { title: 'a', status: 'done' }, pointer: '/status', code: 'not_allowed' },
    { body: { title: 'a', priority: 3 }, pointer: '/priority', code: 'type' },
    { body: { title: 'a', completed_at: null }, pointer: '/completed_at', code: 'unknown' },
    { body: { title: 'a', version: 7 }, pointer: '/version', code: 'unknown' },
  ])('answers 422 with $code for $pointer', async ({ body, pointer, code }) => {
    const user = await app.register();
    const response = await create(user, body).expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect(await eventsOf(app, user)).toEqual([]);
  });

  it("answers 422 to somebody else's user_id and to the caller's own", async () => {
    const [user, other] = [await app.register(), await app.register()];
    for (const { id } of [user, other]) await create(user, { title: 'Buy milk', user_id: id }).expect(422);
    expect(await app.database('tasks').whereIn('user_id', [user.id, other.id])).toEqual([]);
  });

  it('answers 201 with the defaults of the contract, the place and the entity tag', async () => {
    const user = await app.register();
    const response = await create(user, { title: 'Buy milk' }).expect(201);
    expect(response.headers.location).toBe(`${PATH}/${response.body.id}`);
    expect(response.headers.etag).toBe('"1"');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      user_id: user.id,
      title: 'Buy milk',
      description: null,
      status: 'pending',
      priority: 'none',
      project_id: null,
      parent_id: null,
      due: null,
      due_at: null,
      tags: [],
      position: expect.stringMatching(/^j[0-9A-Za-z]{10}$/),
      is_overdue: false,
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: response.body.created_at,
      completed_at: null,
      deleted_at: null,
    });
    const read = await app
      .as(user)
      .get(response.headers.location ?? '')
      .expect(200);
    expect(read.body).toEqual(response.body);
  });

  it('stores the task and what happened', async () => {
    const user = await app.register();
    const fields = {
      title: 'Buy milk',
      description: 'The blue carton.',
      status: 'in_progress',
      priority: 'high',
    };
    const { body } = await create(user, fields).expect(201);
    expect(body).toMatchObject(fields);
    expect(await storedTask(app, body.id)).toEqual(asStored(body));
    const events = await eventsOf(app, user);
    const { user_id, id, version, created_at, updated_at, is_overdue, ...began } = body;
    expect(events).toEqual([
      {
        user_id,
        seq: '1',
        type: 'task.created',
        resource: 'task',
        resource_id: id,
        changed: Object.keys(began).sort(),
        before: null,
        after: began,
        at: created_at,
        actor: `user:${user.id}`,
      },
    ]);
  });

  it('notes the time of a task that is created as completed', async () => {
    const user = await app.register();
    const { body } = await create(user, { title: 'Buy milk', status: 'completed' }).expect(201);
    expect(body.completed_at).toBe(body.created_at);
    const cancelled = await create(user, { title: 'Buy milk', status: 'cancelled' }).expect(201);
    expect(cancelled.body.completed_at).toBeNull();
  });

  it.each([
    { what: 'the longest texts', title: 'x'.repeat(200), description: 'y'.repeat(2000) },
    {
      what: 'the longest texts of four bytes a character',
      title: '\u{1f600}'.repeat(200),
      description: '\u{1f600}'.repeat(2000),
    },
    {
      what: 'text that looks like code',
      title: "'; drop table tasks; --",
      description: '<script>alert(1)</script> {{7*7}} %00',
    },
    { what: 'text with spaces around it', title: '  Buy milk\t', description: '\r\n \u00a0' },
    { what: 'text in several forms', title: 'e\u0301 \u00e9 \u202e\u200b\ufeff', description: '' },
  ])('stores $what exactly', async ({ title, description }) => {
    const user = await app.register();
    const { body } = await create(user, { title, description }).expect(201);
    expect(body).toMatchObject({ title, description });
    expect(await storedTask(app, body.id)).toMatchObject({ title, description });
  });

  it('IN7 takes the last of a field that is named twice, as JSON.parse does', async () => {
    const user = await app.register();
    const twice = '{"title":"first","title":"second"}';
    const response = await app.as(user).post(PATH).type('json').send(twice).expect(201);
    expect(response.body.title).toBe('second');
  });

  it('numbers thirty simultaneous creations without gaps, in one order', async () => {
    const user = await app.register();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => create(user, { title: `Task ${index}` })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const events = await eventsOf(app, user);
    expect(events.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(new Set(events.map(({ resource_id }) => resource_id)).size).toBe(30);
    const counter = await app.database('user_counters').where({ user_id: user.id }).first();
    expect(counter?.seq).toBe('30');
  });
});
