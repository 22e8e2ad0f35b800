import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, FULL_PROJECT } from '../setup/group-scenes.ts';
import { eventsOf, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/api/v1/projects';
const create = (user: TestUser, body: object) => app.as(user).post(PATH).send(body);

describe('POST /api/v1/projects', () => {
  it('answers 401 without a token and 403 without the scope, and stores nothing', async () => {
    await app.anonymous.post(PATH).send({ name: 'Kitchen' }).expect(401);
    const reader = await limitedTo(app, await app.register(), 'tasks:read');
    await create(reader, { name: 'Kitchen' }).expect(403);
    expect(await eventsOf(app, reader)).toEqual([]);
  });

  it.each([
    { body: {}, pointer: '/name', code: 'required' },
    { body: { name: ' ' }, pointer: '/name', code: 'pattern' },
    { body: { name: 'x'.repeat(101) }, pointer: '/name', code: 'too_long' },
    { body: { name: 'a', color: 'red' }, pointer: '/color', code: 'pattern' },
    { body: { name: 'a', archived: null }, pointer: '/archived', code: 'type' },
    { body: { name: 'a', position: 'ä' }, pointer: '/position', code: 'pattern' },
    { body: { name: 'a', id: 'first' }, pointer: '/id', code: 'format' },
    { body: { name: 'a', task_counts: {} }, pointer: '/task_counts', code: 'unknown' },
  ])('answers 422 with $code for $pointer', async ({ body, pointer, code }) => {
    const response = await create(await app.register(), body).expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('answers 201 with the defaults of the contract, the place and the entity tag', async () => {
    const user = await app.register();
    const response = await create(user, { name: 'Kitchen' }).expect(201);
    expect(response.headers.location).toBe(`${PATH}/${response.body.id}`);
    expect(response.headers.etag).toBe('"1-0-0"');
    expect(response.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Kitchen',
      description: null,
      color: null,
      archived: false,
      position: expect.any(String),
      task_counts: { open: 0, completed: 0 },
      version: 1,
      created_at: expect.any(String),
      updated_at: response.body.created_at,
      deleted_at: null,
    });
    const { body } = await app.as(user).get(String(response.headers.location)).expect(200);
    expect(body).toEqual(response.body);
  });

  it('keeps every field that is given, and notes them', async () => {
    const user = await app.register();
    const project = await createProject(app, user, FULL_PROJECT);
    expect(project).toMatchObject(FULL_PROJECT);
    expect(await eventsOf(app, user)).toMatchObject([
      {
        seq: '1',
        type: 'project.created',
        resource: 'project',
        resource_id: project.id,
        before: null,
        after: FULL_PROJECT,
        at: project.created_at,
        actor: `user:${user.id}`,
      },
    ]);
  });

  it('puts each new project behind those that are there', async () => {
    const user = await app.register();
    const positions: string[] = [];
    for (let index = 0; index < 5; index += 1) positions.push((await createProject(app, user)).position);
    const codes = positions.map((position) => Buffer.from(position).toString('hex'));
    expect(codes.toSorted()).toEqual(codes);
  });

  it('answers 200 with the project as it is when it is sent again under its id', async () => {
    const user = await app.register();
    const id = uuidv7();
    const first = await create(user, { id, ...FULL_PROJECT }).expect(201);
    const again = await create(user, { ...FULL_PROJECT, id: id.toUpperCase() }).expect(200);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(`${PATH}/${id}`);
    const { body } = await app.as(user).patch(`${PATH}/${id}`).send({ name: 'Pantry' }).expect(200);
    expect((await create(user, { id, ...FULL_PROJECT }).expect(200)).body).toEqual(body);
    expect(await eventsOf(app, user)).toHaveLength(2);
  });

  it('answers 409 to another project under the id, and to one that is in the trash', async () => {
    const user = await app.register();
    const id = uuidv7();
    await create(user, { id, name: 'Kitchen' }).expect(201);
    const { body } = await create(user, { id, name: 'Pantry' }).expect(409);
    expect(body.code).toBe('conflict');
    await app.as(user).delete(`${PATH}/${id}`).expect(204);
    await create(user, { id, name: 'Kitchen' }).expect(409);
    expect(await eventsOf(app, user)).toHaveLength(2);
  });

  it("lets two users have the same id, and neither see the other's", async () => {
    const [user, other] = [await app.register(), await app.register()];
    const id = uuidv7();
    await create(user, { id, name: 'Mine' }).expect(201);
    await create(other, { id, name: 'Theirs' }).expect(201);
    expect((await app.as(user).get(`${PATH}/${id}`).expect(200)).body.name).toBe('Mine');
    expect((await app.as(other).get(`${PATH}/${id}`).expect(200)).body.name).toBe('Theirs');
  });

  it('makes one project of ten that are sent at once under one id', async () => {
    const user = await app.register();
    const body = { id: uuidv7(), name: 'Kitchen' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(user, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it('does it once for one Idempotency-Key', async () => {
    const user = await app.register();
    const send = () => create(user, { name: 'Kitchen' }).set('Idempotency-Key', 'first').expect(201);
    const [first, again] = [await send(), await send()];
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await eventsOf(app, user)).toHaveLength(1);
  });
});
