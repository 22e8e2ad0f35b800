/** Writes that arrive at several instances: one effect for each key, one history, versions and places that all know. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { expectKept } from '../faults/support/ledger.ts';
import { createWriters } from '../faults/support/writers.ts';
import { type Instance, serveInstances } from './support/instances.ts';
import { call, register } from './support/requests.ts';

const instances = serveInstances(3);

const at = (index: number): Instance => instances.at(index);
const count = async (table: string, email: string): Promise<number> => {
  const { rows } = await instances.client.query(
    `select count(*)::int as count from ${table} where user_id = (select id from users where email = $1)`,
    [email],
  );
  return rows[0].count;
};

it('RL4 twins with one Idempotency-Key at different instances make one task, and all get its answer', async () => {
  const user = await register(at(0));
  for (let round = 0; round < 10; round += 1) {
    const headers = { 'Idempotency-Key': randomUUID() };
    const body = { title: `Round ${round}`, tags: ['errands'] };
    const create = (index: number) => call(at(index), 'POST', '/tasks', { ...user, headers, body });
    const twins = await Promise.all(Array.from({ length: 6 }, (_, index) => create(index)));
    // Once more at each, when all is over.
    twins.push(...(await Promise.all([0, 1, 2].map(create))));
    expect(twins.map(({ status }) => status)).toEqual(twins.map(() => 201));
    expect(new Set(twins.map((twin) => JSON.stringify(twin.body))).size).toBe(1);
    const replays = twins.filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true');
    expect(replays).toHaveLength(twins.length - 1);
    expect(await count('tasks', user.email)).toBe(round + 1);
    const other = await call(at(round), 'POST', '/tasks', { ...user, headers, body: { title: 'Another' } });
    expect(other.status).toBe(422);
  }
});

it('the events of an account are numbered without a gap, whoever writes', async () => {
  const user = await register(at(0));
  const writes = 90;
  const answers = await Promise.all(
    Array.from({ length: writes }, (_, index) =>
      call(at(index), 'POST', '/tasks', { ...user, body: { title: `Task ${index}` } }),
    ),
  );
  // Those who wait for a connection for too long may be told so.
  const made = answers.filter(({ status }) => status === 201).length;
  expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
  const { rows } = await instances.client.query<{ seq: number }>(
    `select seq::int from events where user_id = (select id from users where email = $1) order by seq`,
    [user.email],
  );
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: made }, (_, index) => index + 1));
});

it('a list that was begun at one instance goes on at the others', async () => {
  const user = await register(at(0));
  for (let index = 0; index < 7; index += 1)
    await call(at(index), 'POST', '/tasks', { ...user, body: { title: `Task ${index}` } });
  const titles: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page += 1) {
    const next: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { status, body } = await call(at(page), 'GET', `/tasks?size=2${next}`, user);
    expect(status).toBe(200);
    titles.push(...body.items.map(({ title }: { title: string }) => title));
    cursor = body.next_cursor;
  }
  expect(titles.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `Task ${index}`));
});

it('an entity tag of one instance is good at the others, until the task is changed at any', async () => {
  const user = await register(at(0));
  const made = await call(at(0), 'POST', '/tasks', { ...user, body: { title: 'Buy milk' } });
  const path = `/tasks/${made.body.id}`;
  const read = (index: number, tag: string, of = path) =>
    call(at(index), 'GET', of, { ...user, headers: { 'If-None-Match': tag } });
  const change = (index: number, tag: string, title: string) =>
    call(at(index), 'PATCH', path, { ...user, headers: { 'If-Match': tag }, body: { title } });

  const tag = made.headers.get('ETag') ?? '';
  const listTag = (await call(at(0), 'GET', '/tasks', user)).headers.get('ETag') ?? '';
  for (const index of [0, 1, 2]) {
    expect((await read(index, tag)).status).toBe(304);
    expect((await read(index, listTag, '/tasks')).status).toBe(304);
  }
  const changed = await change(1, tag, 'Buy bread');
  expect(changed.status).toBe(200);
  for (const index of [0, 1, 2]) {
    expect((await change(index, tag, 'Too late')).status).toBe(412);
    expect((await read(index, tag)).body.title).toBe('Buy bread');
    expect((await read(index, listTag, '/tasks')).status).toBe(200);
  }
  // Of those who have seen the same version, one wins.
  const current = changed.headers.get('ETag') ?? '';
  const rivals = await Promise.all([0, 1, 2].map((index) => change(index, current, `Rival ${index}`)));
  expect(rivals.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
});

it('clients whose requests go to all instances in turn find everything as they were told', async () => {
  const before = instances.balancer.routed.length;
  const writers = await createWriters({ origin: instances.balancer.origin });
  writers.go();
  await writers.progress(300);
  await writers.stop();
  expect(writers.outcomes.filter(({ status }) => ![200, 201, 204].includes(status))).toEqual([]);
  await writers.settle();
  await expectKept(instances.client, writers);
  const used = instances.balancer.routed.slice(before);
  for (const { port } of instances.all)
    expect(used.filter((one) => one === port).length).toBeGreaterThan(used.length / 4);
});
