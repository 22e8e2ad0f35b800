import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsentOf,
  FULL_PROJECT,
  refuseOtherVersionsOf,
  refuseUnentitledTo,
  taskIn,
  userWithProject,
} from '../setup/group-scenes.ts';
import { eventsOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('PATCH /api/v1/projects/{project_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitledTo(app, 'projects', (caller, path) => caller.patch(path).send({ name: 'x' }));
  });

  it.each([
    { body: { name: null }, code: 'type' },
    { body: { archived: null }, code: 'type' },
    { body: { position: '' }, code: 'too_short' },
    { body: { deleted_at: null }, code: 'unknown' },
    { body: { id: '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a' }, code: 'unknown' },
  ])('answers 422 with $code to $body', async ({ body, code }) => {
    const { user, path } = await userWithProject(app);
    const response = await app.as(user).patch(path).send(body).expect(422);
    expect(response.body.errors).toContainEqual(expect.objectContaining({ code }));
  });

  it('answers 404 alike for an absent project, a deleted one and one of somebody else', async () => {
    const send = (caller: TestApp['anonymous'] | ReturnType<TestApp['as']>, path: string) =>
      caller.patch(path).send({ name: 'Mine' });
    expect(await answersForAbsentOf(app, 'projects', send)).toHaveLength(1);
  });

  it('answers 412 with the project as it is when If-Match names another version', async () => {
    await refuseOtherVersionsOf(app, 'projects', (caller, path) => caller.patch(path).send({ name: 'x' }));
  });

  it('goes on when If-Match names the version, whatever has become of the numbers of tasks', async () => {
    const { user, project, path } = await userWithProject(app);
    await taskIn(app, user, project);
    const { headers } = await app
      .as(user)
      .patch(path)
      .set('If-Match', '"1-0-0"')
      .send({ name: 'x' })
      .expect(200);
    expect(headers.etag).toBe('"2-1-0"');
  });

  it.each(['application/json', 'application/merge-patch+json'])(
    'keeps what is absent and clears what is null, as %s',
    async (type) => {
      const { user, project, path } = await userWithProject(app, FULL_PROJECT);
      app.advance(1000);
      const { body } = await app.as(user).patch(path).type(type).send('{"color":null}').expect(200);
      expect(body).toEqual({ ...project, color: null, version: 2, updated_at: expect.any(String) });
      expect(body.updated_at > project.updated_at).toBe(true);
      expect((await app.as(user).get(path)).body).toEqual(body);
    },
  );

  it('notes what changed, as it was and as it is', async () => {
    const { user, path } = await userWithProject(app, FULL_PROJECT);
    await app.as(user).patch(path).send({ name: 'Pantry', color: null, archived: true }).expect(200);
    const [, event] = await eventsOf(app, user);
    expect(event).toMatchObject({
      seq: '2',
      type: 'project.updated',
      changed: ['color', 'name'],
      before: { color: FULL_PROJECT.color, name: FULL_PROJECT.name },
      after: { color: null, name: 'Pantry' },
    });
  });

  it('changes nothing, not even the version, for an empty patch or one that says what is there', async () => {
    const { user, project, path } = await userWithProject(app, FULL_PROJECT);
    app.advance(1000);
    for (const body of [{}, FULL_PROJECT]) {
      expect((await app.as(user).patch(path).send(body).expect(200)).body).toEqual(project);
    }
    expect(await eventsOf(app, user)).toHaveLength(1);
  });

  it('lets one of ten simultaneous writers with the same If-Match through, and loses none without', async () => {
    const { user, path } = await userWithProject(app);
    const patch = (index: number) =>
      app
        .as(user)
        .patch(path)
        .send({ name: `Name ${index}` });
    const racing = Array.from({ length: 10 }, (_, index) => patch(index).set('If-Match', '"1"'));
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array(9).fill(412)]);
    const all = await Promise.all(Array.from({ length: 10 }, (_, index) => patch(100 + index)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await app.as(user).get(path)).body.version).toBe(12);
    expect((await eventsOf(app, user)).map(({ seq }) => Number(seq))).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
  });
});
