import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answersForAbsentOf,
  FULL_PROJECT,
  refuseOtherVersionsOf,
  refuseUnentitledTo,
  userWithProject,
} from '../setup/group-scenes.ts';
import { eventsOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('PUT /api/v1/projects/{project_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    await refuseUnentitledTo(app, 'projects', (caller, path) => caller.put(path).send({ name: 'x' }));
  });

  it.each([{}, { name: null }, { name: 'x', version: 1 }])('answers 422 to %j', async (body) => {
    const { user, path } = await userWithProject(app);
    await app.as(user).put(path).send(body).expect(422);
  });

  it('answers 404 alike for an absent project, a deleted one and one of somebody else', async () => {
    const send = (caller: TestApp['anonymous'] | ReturnType<TestApp['as']>, path: string) =>
      caller.put(path).send({ name: 'Mine' });
    expect(await answersForAbsentOf(app, 'projects', send)).toHaveLength(1);
  });

  it('answers 412 with the project as it is when If-Match names another version', async () => {
    await refuseOtherVersionsOf(app, 'projects', (caller, path) => caller.put(path).send({ name: 'x' }));
  });

  it('writes every field, gives those that are left out their defaults, and keeps the position', async () => {
    const { user, project, path } = await userWithProject(app, FULL_PROJECT);
    const { body, headers } = await app.as(user).put(path).send({ name: 'Pantry' }).expect(200);
    expect(headers.etag).toBe('"2-0-0"');
    expect(body).toEqual({
      ...project,
      name: 'Pantry',
      description: null,
      color: null,
      archived: false,
      version: 2,
      updated_at: expect.any(String),
    });
    const full = await app
      .as(user)
      .put(path)
      .send({ ...FULL_PROJECT, position: 'k0' })
      .expect(200);
    expect(full.body).toMatchObject({ ...FULL_PROJECT, position: 'k0', version: 3 });
  });

  it('changes nothing when all is there already', async () => {
    const { user, project, path } = await userWithProject(app, FULL_PROJECT);
    expect((await app.as(user).put(path).send(FULL_PROJECT).expect(200)).body).toEqual(project);
    expect(await eventsOf(app, user)).toHaveLength(1);
  });
});
