/** Projects and tags while their tasks are written: whoever is first, what is left fits together. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTag, taskIn, userWithProject, userWithTag } from '../setup/group-scenes.ts';
import { createTask, eventsOf } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

async function expectNoGaps(user: TestUser): Promise<void> {
  const events = await eventsOf(app, user);
  expect(events.map(({ seq }) => Number(seq))).toEqual(times(events.length, (index) => index + 1));
}

describe('a project that is deleted', () => {
  it.each(['keep', 'delete'])('gets no task any more that is created meanwhile (%s)', async (fate) => {
    for (let round = 0; round < 4; round += 1) {
      const { user, project, path } = await userWithProject(app);
      await taskIn(app, user, project);
      const create = () => app.as(user).post('/api/v1/tasks').send({ title: 'New', project_id: project.id });
      const [removed, ...created] = await Promise.all([
        app.as(user).delete(path).query({ tasks: fate }),
        ...times(8, create),
      ]);
      expect(removed.status).toBe(204);
      for (const { status } of created) expect([201, 422]).toContain(status);
      const tasks = await app.database('tasks').where({ user_id: user.id });
      expect(tasks).toHaveLength(1 + created.filter(({ status }) => status === 201).length);
      const { deleted_at } = await app.database('projects').where({ user_id: user.id }).first();
      for (const task of tasks) {
        expect([task.project_id, task.deleted_at]).toEqual(
          fate === 'keep' ? [null, null] : [project.id, deleted_at],
        );
      }
      await expectNoGaps(user);
    }
  });

  it('and restored over and over, while its tasks change, loses none of them', async () => {
    const { user, project, path } = await userWithProject(app);
    const tasks = await Promise.all(times(5, () => taskIn(app, user, project)));
    const answers = await Promise.all(
      times(24, (index) => {
        const task = `/api/v1/tasks/${tasks[index % 5]?.id}`;
        if (index % 3 === 0) return app.as(user).delete(path).query({ tasks: 'delete' });
        if (index % 3 === 1) return app.as(user).post(`${path}/restore`);
        return app
          .as(user)
          .patch(task)
          .send({ title: `Title ${index}` });
      }),
    );
    for (const { status } of answers) expect([200, 204, 404]).toContain(status);
    const { body } = await app.as(user).post(`${path}/restore`).expect(200);
    expect(body.task_counts).toEqual({ open: 5, completed: 0 });
    await expectNoGaps(user);
  });
});

describe('a tag that is renamed', () => {
  it('has its new name on every task that gets it meanwhile', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { user, tag, path } = await userWithTag(app);
      const tasks = await Promise.all(times(6, () => createTask(app, user)));
      const [renamed, ...answers] = await Promise.all([
        app.as(user).patch(path).send({ name: 'shopping' }),
        ...tasks.map(({ id }) =>
          app
            .as(user)
            .patch(`/api/v1/tasks/${id}`)
            .send({ tags: [tag.name] }),
        ),
      ]);
      expect([renamed.status, ...answers.map(({ status }) => status)]).toEqual(times(7, () => 200));
      const { body: list } = await app.as(user).get('/api/v1/tags').expect(200);
      const counts = Object.fromEntries(
        list.items.map(({ name, task_count }: { name: string; task_count: number }) => [name, task_count]),
      );
      // Who came before has the renamed tag, who came after a new one of the old name.
      expect((counts.shopping ?? 0) + (counts.errands ?? 0)).toBe(6);
      for (const [index, { id }] of tasks.entries()) {
        const { body, headers } = await app.as(user).get(`/api/v1/tasks/${id}`).expect(200);
        expect([['shopping'], ['errands']]).toContainEqual(body.tags);
        const answered = answers[index];
        // One entity tag stands for one representation.
        if (answered?.headers.etag === headers.etag) expect(answered?.body).toEqual(body);
      }
      await expectNoGaps(user);
    }
  });

  it('or deleted meanwhile, is on no task that does not show it', async () => {
    const { user, tag, path } = await userWithTag(app);
    const tasks = await Promise.all(times(6, () => createTask(app, user)));
    const answers = await Promise.all([
      app.as(user).delete(path),
      ...tasks.map(({ id }) =>
        app
          .as(user)
          .patch(`/api/v1/tasks/${id}`)
          .send({ tags: [tag.name] }),
      ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([204, ...times(6, () => 200)]);
    const { body } = await app.as(user).get('/api/v1/tags').expect(200);
    const links = await app.database('task_tags').where({ user_id: user.id }).pluck('tag_id');
    expect(new Set(links)).toEqual(new Set(body.items.map(({ id }: { id: string }) => id)));
    expect(links).not.toContain(tag.id);
    await expectNoGaps(user);
  });

  it('lets one of several have a name that all want', async () => {
    const user = await app.register();
    const tags = await Promise.all(times(6, (index) => createTag(app, user, { name: `tag ${index}` })));
    const answers = await Promise.all([
      ...tags.map(({ id }) => app.as(user).patch(`/api/v1/tags/${id}`).send({ name: 'wanted' })),
      app.as(user).post('/api/v1/tags').send({ name: 'WANTED' }),
    ]);
    const won = answers.filter(({ status }) => status < 300);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(6);
    await expectNoGaps(user);
  });
});
