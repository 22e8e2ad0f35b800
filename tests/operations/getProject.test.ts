import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersForAbsentOf, taskIn, userWithProject } from '../setup/group-scenes.ts';
import { createTask, limitedTo } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('GET /api/v1/projects/{project_id}', () => {
  it('answers 401 without a token and 403 without the scope', async () => {
    const { user, path } = await userWithProject(app);
    await app.anonymous.get(path).expect(401);
    await app
      .as(await limitedTo(app, user, 'tasks:write'))
      .get(path)
      .expect(403);
  });

  it('answers 404 alike for an absent project, a deleted one and one of somebody else', async () => {
    expect(await answersForAbsentOf(app, 'projects', (caller, path) => caller.get(path))).toHaveLength(1);
  });

  it('counts the open tasks and the completed ones, and leaves out what is cancelled, deleted or elsewhere', async () => {
    const { user, project, path } = await userWithProject(app);
    for (const status of ['pending', 'in_progress', 'completed', 'cancelled'] as const) {
      await taskIn(app, user, project, { status });
    }
    const { id } = await taskIn(app, user, project, { status: 'completed' });
    await app.as(user).delete(`/api/v1/tasks/${id}`).expect(204);
    await createTask(app, user);
    const { body, headers } = await app.as(user).get(path).expect(200);
    expect(body).toEqual({ ...project, task_counts: { open: 2, completed: 1 } });
    expect(headers.etag).toBe('"1-2-1"');
  });

  it('answers 304 until the project or the numbers of its tasks change', async () => {
    const { user, project, path } = await userWithProject(app);
    const ask = (tag: string) => app.as(user).get(path).set('If-None-Match', tag);
    expect((await ask('"1-0-0"').expect(304)).text).toBe('');
    await taskIn(app, user, project);
    expect((await ask('"1-0-0"').expect(200)).headers.etag).toBe('"1-1-0"');
    await ask('W/"1-1-0"').expect(304);
    await app.as(user).patch(path).send({ name: 'Pantry' }).expect(200);
    await ask('"1-1-0"').expect(200);
    await ask('*').expect(304);
  });

  it('takes one statement beside those that every request does', async () => {
    const { user, path } = await userWithProject(app);
    await app.as(user).get(path);
    const statements = await statementsOf(app, () => app.as(user).get(path).expect(200));
    expect(statements.filter((sql) => sql.includes('projects'))).toHaveLength(1);
  });
});
