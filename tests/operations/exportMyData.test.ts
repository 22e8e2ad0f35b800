import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schemas } from '../../src/contract/types.ts';
import { breaches } from '../setup/answers.ts';
import { operation } from '../setup/contract.ts';
import { createProject, createTag, FULL_PROJECT, tagged, taskIn } from '../setup/group-scenes.ts';
import { type Answer, createRawClient, type RawClient } from '../setup/http.ts';
import { fillAccount } from '../setup/large-account.ts';
import { createTask, eventsOf, limitedTo } from '../setup/scenes.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';
import { createToken } from '../setup/tokens.ts';

let app: TestApp;
let client: RawClient;
beforeAll(async () => {
  app = await createTestApp();
  client = createRawClient(app.server);
});
afterAll(async () => {
  client.close();
  await app.close();
});

const PATH = '/api/v1/me/export';
const send = ({ authorization }: Pick<TestUser, 'authorization'>, method = 'GET'): Promise<Answer> =>
  client.send({ method, path: PATH, headers: { Authorization: authorization } });
/** The document, after a look at whether it is what the contract says. */
const exported = async (user: TestUser): Promise<Schemas['DataExport']> => {
  const answer = await send(user);
  expect(answer.status).toBe(200);
  expect(breaches(operation('exportMyData'), answer)).toEqual([]);
  return JSON.parse(answer.text);
};

describe('GET /api/v1/me/export', () => {
  it('answers 401 without a token, and 403 without the scope', async () => {
    await app.anonymous.get(PATH).expect(401);
    const reader = await limitedTo(app, await app.register(), 'profile:read tasks:read');
    expect((await app.as(reader).get(PATH).expect(403)).body.code).toBe('insufficient_scope');
  });

  it('answers 422 to a query', async () => {
    await app
      .as(await app.register())
      .get(`${PATH}?format=csv`)
      .expect(422);
  });

  it('answers 200 with the little that a new account has', async () => {
    const user = await app.register({ name: 'Ada Lovelace', timezone: 'Europe/London' });
    const { exported_at, sessions, ...rest } = await exported(user);
    expect(rest).toEqual({
      format: 'taskpact-export',
      version: 1,
      user: user.tokens.user,
      identities: [],
      access_tokens: [],
      projects: [],
      tags: [],
      tasks: [],
      events: [],
    });
    expect(sessions).toEqual([expect.objectContaining({ current: true })]);
    expect(Math.abs(Date.parse(exported_at) - Date.now())).toBeLessThan(60_000);
  });

  it('is a file with the date in its name', async () => {
    const { headers, text } = await send(await app.register());
    const day = JSON.parse(text).exported_at.slice(0, 10);
    expect(headers['content-disposition']).toBe(`attachment; filename="taskpact-export-${day}.json"`);
  });

  it('holds sessions and personal access tokens, as their lists do', async () => {
    const user = await app.register();
    await limitedTo(app, user, 'tasks:read');
    await createToken(app, user);
    const { sessions, access_tokens } = await exported(user);
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, true]);
    const { body } = await app.as(user).get('/api/v1/me/tokens').expect(200);
    expect(access_tokens).toEqual(body.items);
  });

  it('PV2 holds the tasks, the oldest first, and every change, those in the trash too', async () => {
    const user = await app.register();
    const kept = await createTask(app, user, { title: 'Kept', description: 'Ünïcödé "quoted" \\ 🎉\n' });
    const deleted = await createTask(app, user, { title: 'Deleted' });
    const last = await createTask(app, user, { title: 'Last' });
    const patch = { title: 'Kept and changed' };
    const { body } = await app.as(user).patch(`/api/v1/tasks/${kept.id}`).send(patch).expect(200);
    await app.as(user).delete(`/api/v1/tasks/${deleted.id}`).expect(204);
    const { tasks, events } = await exported(user);
    expect(tasks).toMatchObject([body, { id: deleted.id, deleted_at: expect.any(String) }, last]);
    const stored = await eventsOf(app, user);
    expect(events).toEqual(stored.map(({ user_id, seq, ...event }) => ({ ...event, seq: Number(seq) })));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(events[1]).toMatchObject({ resource_id: deleted.id, after: { title: 'Deleted' } });
  });

  it('PV2 goes through all pages, misses nothing and repeats nothing, and has nothing of anybody else', async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    // Pages hold 200: two and a half of tasks, five of events, the last of them full.
    await fillAccount(app.database, user.id, 500);
    await createTask(app, stranger, { title: "The stranger's" });
    const { tasks, events } = await exported(user);
    expect(tasks.map(({ title }) => title)).toEqual(
      Array.from({ length: 500 }, (_, index) => `Task number ${index + 1}`),
    );
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    for (const { user_id } of tasks) expect(user_id).toBe(user.id);
  });

  it('PV2 holds projects and tags as they are read, with the numbers of their tasks, and what is in the trash', async () => {
    const [user, stranger] = [await app.register(), await app.register()];
    await createProject(app, stranger);
    await createTag(app, stranger);
    const [first, second] = [await createProject(app, user), await createProject(app, user, FULL_PROJECT)];
    const tag = await createTag(app, user);
    const task = await taskIn(app, user, first);
    await tagged(app, user, tag);
    await app.as(user).delete(`/api/v1/projects/${second.id}`).expect(204);
    const { projects, tags, tasks } = await exported(user);
    expect(projects).toEqual([
      { ...first, task_counts: { open: 1, completed: 0 } },
      { ...second, version: 2, updated_at: projects[1]?.deleted_at, deleted_at: expect.any(String) },
    ]);
    expect(tags).toEqual([{ ...tag, task_count: 1 }]);
    expect(tasks).toMatchObject([{ id: task.id, project_id: first.id }, { tags: [tag.name] }]);
  });

  it('is compressed for those who take that', async () => {
    const user = await app.register();
    await fillAccount(app.database, user.id, 300);
    const plain = await send(user);
    const response = await app
      .as(user)
      .get(PATH)
      .set('Accept-Encoding', 'gzip')
      .buffer(true)
      .parse((stream, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => done(null, Buffer.concat(chunks)));
      })
      .expect(200);
    expect(response.headers['content-encoding']).toBe('gzip');
    const body: Buffer = response.body;
    const text = body[0] === 0x1f ? gunzipSync(body).toString() : body.toString();
    expect(JSON.parse(text).tasks).toEqual(JSON.parse(plain.text).tasks);
  });

  it('gives HEAD the headers, and reads no tasks for it', async () => {
    const user = await app.register();
    await createTask(app, user);
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => statements.push(sql);
    app.database.on('query', note);
    for (let round = 0; round < 2; round += 1) {
      const { status, headers, text } = await send(user, 'HEAD');
      expect([status, text]).toEqual([200, '']);
      expect(headers['content-disposition']).toContain('taskpact-export-');
    }
    app.database.removeListener('query', note);
    expect(statements.join()).toContain('sessions');
    expect(statements.join()).not.toMatch(/from "(projects|tags|tasks|events)"/);
  });

  it('answers 503 to a second one of the account while the first is under way', async () => {
    const user = await app.register();
    await fillAccount(app.database, user.id, 2_000);
    const answers = await Promise.all([send(user), send(user), send(await app.register())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503]);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.headers['retry-after']).toBe('10');
    expect(JSON.parse(refused?.text ?? '').code).toBe('unavailable');
    await exported(user);
  });

  it('is not under way for ever when the database fails at the start', async () => {
    const user = await app.register();
    await app.as(user).get('/api/v1/me').expect(200);
    await app.database.schema.renameTable('personal_tokens', 'personal_tokens_gone');
    const answer = await send(user);
    await app.database.schema.renameTable('personal_tokens_gone', 'personal_tokens');
    expect(answer.status).toBe(500);
    expect(answer.headers['content-disposition']).toBeUndefined();
    await exported(user);
  });
});
