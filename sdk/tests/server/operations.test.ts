import { describe, expect, test } from 'vitest';
import { hasCode, isTaskpactError, type Task, Taskpact } from '../../src/index.ts';
import { useRealServer } from '../support/real-server.ts';
import { failureOf, TASK_ID } from '../support/samples.ts';

const server = useRealServer();

describe('an account', () => {
  test('is made, logged in, read, changed and logged out', async () => {
    const email = 'ada@example.com';
    const password = 'correct horse battery';
    const client = server.client();
    const { user } = await client.auth.register({ email, password, name: 'Ada' });
    expect(await client.me.get()).toEqual(user);
    await client.auth.logout();
    expect(await failureOf(client.me.get())).toMatchObject({ name: 'UnauthenticatedError' });

    await client.auth.login({ email, password });
    const me = await client.me.get();
    const changed = await client.me.update({ name: null, timezone: 'Europe/London' }, { ifMatch: me });
    expect(changed).toMatchObject({ name: null, timezone: 'Europe/London' });
    const error = await failureOf(client.me.update({ name: 'Countess' }, { ifMatch: me }));
    if (!isTaskpactError(error, 'PreconditionFailedError')) throw error;
    expect(error.current).toEqual(changed);
    expect(await client.me.update({ name: 'Countess' }, { ifMatch: error.current })).toMatchObject({
      name: 'Countess',
    });
  });

  test('can not be made twice, nor be entered with a wrong password', async () => {
    const client = await server.newUser();
    const { email } = await client.me.get();
    const again = await failureOf(
      server.client().auth.register({ email, password: 'correct horse battery' }),
    );
    expect(hasCode(again, 'email_taken')).toBe(true);
    const wrong = await failureOf(server.client().auth.login({ email, password: 'wrong' }));
    expect(hasCode(wrong, 'invalid_credentials')).toBe(true);
  });
});

describe('the own data', () => {
  test('are exported, whole', async () => {
    const client = await server.newUser();
    const task = await client.tasks.create({ title: 'Buy milk' });
    const { data, response } = await client.me.export().withResponse();
    expect(data).toMatchObject({ format: 'taskpact-export', tasks: [task], events: [{ seq: 1 }] });
    expect(response.headers.get('Content-Disposition')).toMatch(/taskpact-export-\d{4}-\d\d-\d\d\.json/);
  });

  test('are open to a program with a personal access token, until it is revoked', async () => {
    const client = await server.newUser();
    const made = await client.me.tokens.create({ name: 'Backup', scopes: ['tasks:read'] });
    const program = server.client({ headers: { Authorization: `Bearer ${made.token}` } });
    expect(await program.tasks.list()).toMatchObject({ total: 0 });
    const refused = await failureOf(program.tasks.create({ title: 'Buy milk' }));
    expect(hasCode(refused, 'insufficient_scope')).toBe(true);
    expect(await client.me.tokens.list()).toMatchObject({ items: [{ id: made.access_token.id }] });
    await client.me.tokens.revoke(made.access_token.id);
    expect(await failureOf(program.tasks.list())).toMatchObject({ name: 'UnauthenticatedError' });
  });

  test('are gone when the account is', async () => {
    const client = await server.newUser();
    const password = { current_password: 'correct horse battery', new_password: 'staple battery correct' };
    await client.me.password.change(password);
    await client.me.delete();
    expect(await failureOf(client.me.get())).toMatchObject({ name: 'UnauthenticatedError' });
  });
});

describe('a task', () => {
  test('is created, read, changed, replaced and deleted', async () => {
    const { tasks } = await server.newUser();
    const created = await tasks.create({ title: 'Buy milk', description: 'The blue carton.' });
    expect(await tasks.get(created.id)).toEqual(created);
    const changed = await tasks.update(created.id, { description: null, status: 'completed' });
    expect(changed).toMatchObject({ title: 'Buy milk', description: null, status: 'completed' });
    const replaced = await tasks.replace(created.id, { title: 'Buy oat milk' }, { ifMatch: changed });
    expect(replaced).toMatchObject({ title: 'Buy oat milk', status: 'pending', completed_at: null });
    expect(await tasks.delete(created.id, {}, { ifMatch: replaced })).toBeUndefined();
    expect(await failureOf(tasks.get(created.id))).toMatchObject({
      name: 'NotFoundError',
      code: 'not_found',
    });
  });

  test('is not seen by others, and says which request it was', async () => {
    const [ada, charles] = [await server.newUser(), await server.newUser()];
    const { id } = await ada.tasks.create({ title: 'Mine' });
    const error = await failureOf(charles.tasks.get(id));
    expect(error).toMatchObject({ name: 'NotFoundError', problem: { instance: `/api/v1/tasks/${id}` } });
    // The server keeps the id that the client gave the attempt.
    expect((error as { requestId: string }).requestId).toMatch(/^[0-9a-f]{32}-1$/);
  });

  test('that somebody has changed meanwhile is not overwritten', async () => {
    const { tasks } = await server.newUser();
    const read = await tasks.create({ title: 'Buy milk' });
    const theirs = await tasks.update(read.id, { title: 'Buy oat milk' });
    const error = await failureOf(tasks.update(read.id, { title: 'Buy rye bread' }, { ifMatch: read }));
    if (!isTaskpactError(error, 'PreconditionFailedError')) throw error;
    expect(error.current).toEqual(theirs);
    const { version } = error.current as Task;
    const merged = await tasks.update(read.id, { priority: 'high' }, { ifMatch: version });
    expect(merged).toMatchObject({ title: 'Buy oat milk', priority: 'high', version: version + 1 });
  });

  test('that has not changed is not transferred again', async () => {
    const { tasks } = await server.newUser();
    const { id } = await tasks.create({ title: 'Buy milk' });
    const { data, etag } = await tasks.get(id).withResponse();
    expect(etag).toBe(`"${data.version}"`);
    const again = await tasks.get(id, { ifNoneMatch: data }).withResponse();
    expect(again.response.status).toBe(304);
    expect(again.data).toBe(data);
  });

  test('that breaks the contract is refused with every field that is wrong', async () => {
    const { tasks } = await server.newUser();
    const body = { title: '', priority: 'dire', colour: 'red' } as unknown as { title: string };
    const error = await failureOf(tasks.create(body));
    if (!isTaskpactError(error, 'ValidationError')) throw error;
    const pointers = new Set(error.errors.map(({ pointer }) => pointer));
    expect(pointers).toEqual(new Set(['/colour', '/priority', '/title']));
  });

  test('has an id that is checked', async () => {
    const { tasks } = await server.newUser();
    expect(await failureOf(tasks.get('../me'))).toMatchObject({ name: 'ValidationError' });
    expect(await failureOf(tasks.get(TASK_ID))).toMatchObject({ name: 'NotFoundError' });
  });
});

describe('a list', () => {
  test('of 250 is walked, page after page, and goes on from a cursor', async () => {
    const client = await server.newUser();
    const titles = Array.from({ length: 250 }, (_, i) => `Task ${i}`);
    for (const title of titles) await client.tasks.create({ title });
    const seen: string[] = [];
    for await (const task of client.tasks.list({ size: 100 })) seen.push(task.title);
    expect(seen).toEqual(titles.toReversed());

    const first = await client.tasks.list({ size: 60 });
    expect(first).toMatchObject({ total: 250, pages: 5, page: 1 });
    const rest = await client.tasks
      .list({ size: 60, cursor: first.next_cursor ?? '' })
      .toArray({ limit: 1000 });
    expect(rest).toHaveLength(190);
  });

  test('is filtered', async () => {
    const { tasks } = await server.newUser();
    await tasks.create({ title: 'a', priority: 'high' });
    await tasks.create({ title: 'b', status: 'completed', priority: 'urgent' });
    await tasks.create({ title: 'c' });
    const titles = async (query: Parameters<typeof tasks.list>[0]) =>
      (await tasks.list(query)).items.map(({ title }) => title);
    expect(await titles({ status: ['pending'] })).toEqual(['c', 'a']);
    expect(await titles({ priority: ['high', 'urgent'] })).toEqual(['b', 'a']);
    expect(await titles({ status: ['completed'], priority: ['high'] })).toEqual([]);
  });
});

test('the health of the server can be asked without an account', async () => {
  const { health } = new Taskpact({ baseUrl: server.baseUrl });
  expect(await health.get()).toMatchObject({ status: 'ok', database: 'ok' });
  expect(await health.live()).toEqual({ status: 'ok' });
  expect(await health.ready()).toEqual({ status: 'ok' });
});
