import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTask } from '../setup/scenes.ts';
import { statementsOf } from '../setup/statements.ts';
import { storeTask } from '../setup/stored-tasks.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

let app: TestApp;
let user: TestUser;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  user = await app.register();
});
afterAll(() => app.close());

const PATH = '/api/v1/tasks';
type Query = Readonly<Record<string, string | number>>;
const ask = (query: Query = {}, tag?: string) => {
  const request = app.as(user).get(PATH).query(query);
  return tag === undefined ? request : request.set('If-None-Match', tag);
};
const tagOf = async (query: Query = {}): Promise<string> =>
  String((await ask(query).expect(200)).headers.etag);

describe('the entity tag of GET /api/v1/tasks', () => {
  it('is the number of the user’s last change', async () => {
    expect(await tagOf()).toBe('"0"');
    await createTask(app, user);
    expect(await tagOf()).toBe('"1"');
    await createTask(app, await app.register());
    expect(await tagOf()).toBe('"1"');
  });

  it('makes a 304 while nothing changes, and a 200 with each change', async () => {
    const { id } = await createTask(app, user);
    const tag = await tagOf({ status: 'pending' });
    for (const header of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const response = await ask({ status: 'pending' }, header).expect(304);
      expect(response.headers.etag).toBe(tag);
      expect(response.text).toBe('');
    }
    await ask({ status: 'pending' }, '"17", "x"').expect(200);
    await app.as(user).patch(`${PATH}/${id}`).send({ title: 'Buy bread' }).expect(200);
    const changed = await ask({ status: 'pending' }, tag).expect(200);
    expect(changed.body.items[0].title).toBe('Buy bread');
    await app.as(user).delete(`${PATH}/${id}`).expect(204);
    expect((await ask({ status: 'pending' }, changed.headers.etag).expect(200)).body.items).toEqual([]);
  });

  it('is there by cursor too', async () => {
    await createTask(app, user);
    await createTask(app, user);
    const { body } = await ask({ size: 1 }).expect(200);
    const query = { size: 1, cursor: body.next_cursor };
    expect(await tagOf(query)).toBe('"2"');
    await ask(query, '"2"').expect(304);
  });

  it('does not make a 304 of a request that would be refused', async () => {
    await createTask(app, user);
    await createTask(app, user);
    const { body, headers } = await ask({ size: 1 }).expect(200);
    const tag = String(headers.etag);
    await ask({ cursor: body.next_cursor, size: 1 }, tag).expect(304);
    await ask({ cursor: body.next_cursor, status: 'pending' }, tag).expect(422);
    await ask({ cursor: body.next_cursor, page: 1 }, tag).expect(422);
    await ask({ cursor: 'forged' }, tag).expect(422);
    for (const path of ['/api/v1/projects', '/api/v1/tags']) {
      await app.as(user).get(path).set('If-None-Match', tag).expect(304);
      await app.as(user).get(path).query({ cursor: 'forged' }).set('If-None-Match', tag).expect(422);
    }
  });

  it('costs one small statement and no list', async () => {
    await createTask(app, user);
    const tag = await tagOf();
    const reads = await statementsOf(app, () => ask({}, tag).expect(304));
    expect(reads.filter((sql) => /user_counters/.test(sql))).toHaveLength(1);
    expect(reads.filter((sql) => /\bfrom "?tasks\b/.test(sql))).toEqual([]);
    const others = await statementsOf(app, () => ask({}, '"nonsense"').expect(200));
    expect(others.filter((sql) => /user_counters/.test(sql))).toHaveLength(2);
  });

  it('is over when a task of the page becomes overdue, so that no 304 is wrong about it', async () => {
    const soon = new Date(Date.now() + 300_000).toISOString();
    const later = new Date(Date.now() + 600_000).toISOString();
    await storeTask(app, user, { title: 'later', due_at: later });
    await storeTask(app, user, {
      title: 'done',
      status: 'completed',
      due_at: new Date(Date.now() + 60_000).toISOString(),
    });
    await storeTask(app, user, { title: 'soon', due_at: soon });
    const tag = await tagOf();
    expect(tag).toBe(`"0-${Date.parse(soon).toString(36)}"`);
    app.advance(200_000);
    await ask({}, tag).expect(304);
    app.advance(100_000);
    const response = await ask({}, tag).expect(200);
    expect(response.headers.etag).toBe(`"0-${Date.parse(later).toString(36)}"`);
    const overdue = response.body.items.filter((task: { is_overdue: boolean }) => task.is_overdue);
    expect(overdue.map(({ title }: { title: string }) => title)).toEqual(['soon']);
    await ask({}, response.headers.etag).expect(304);
    app.advance(300_000);
    expect((await ask({}, response.headers.etag).expect(200)).headers.etag).toBe('"0"');
  });

  it.each(['overdue', 'today'])(
    'is absent when the time of day decides what is in the list: due=%s',
    async (due) => {
      await createTask(app, user);
      for (const header of ['*', '"1"']) {
        const response = await ask({ due }, header).expect(200);
        expect(response.headers).not.toHaveProperty('etag');
      }
      expect(await tagOf({ due: 'none' })).toBe('"1"');
    },
  );

  it('never is newer than the list', async () => {
    await createTask(app, user);
    const [reads] = await Promise.all([
      Promise.all(Array.from({ length: 12 }, () => ask({ size: 100 }).expect(200))),
      Promise.all(Array.from({ length: 12 }, () => createTask(app, user))),
    ]);
    for (const { headers, body } of reads) {
      expect(body.items.length).toBeGreaterThanOrEqual(Number(String(headers.etag).replaceAll('"', '')));
    }
  });
});
