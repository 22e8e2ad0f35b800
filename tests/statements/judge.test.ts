/** The judge of statements finds each kind of fault where one is planted, and nothing in statements that are good. */
import { describe, expect, it } from 'vitest';
import type { Catalogue } from './catalogue.ts';
import { judge } from './judge.ts';

const user = (table: string, column = 'user_id') => ({ table, placement: 'user', column }) as const;
const catalogue: Catalogue = {
  tables: [
    user('users', 'id'),
    user('tasks'),
    user('tags'),
    user('task_tags'),
    { table: 'user_emails', placement: 'lookup', column: 'email_norm' },
    { table: 'rate_limits', placement: 'local', column: null },
  ],
  volatilities: { now: 's', gen_random_uuid: 'v', lower: 'i', count: 'i', unnest: 'i', row_number: 'i' },
};
const faults = (sql: string): string[] => judge(sql, catalogue).map(({ kind, table }) => `${kind} ${table}`);

describe('a good statement', () => {
  it.each([
    'select * from tasks where user_id = $1 and id = $2',
    'select * from tasks where id = $2 and ($1)::uuid = tasks.user_id',
    'select * from "tasks" as t where t."user_id" = any($1::uuid[])',
    'select * from tasks where user_id in ($1, $2)',
    'select * from tasks where (user_id, id) = ($1, $2)',
    'select * from users where id = $1',
    'select * from tasks t join tags g on g.user_id = t.user_id where t.user_id = $1',
    'select * from tasks t, tags g where g.user_id = t.user_id and $1 = g.user_id',
    'select * from users join tasks on tasks.user_id = users.id where users.id = $1',
    'select * from tasks t left join tags g on g.user_id = t.user_id and g.id = t.id where t.user_id = $1',
    'select *, (select count(*) from tags where tags.user_id = tasks.user_id) from tasks where user_id = $1',
    'select * from tasks where user_id = $1 and id in (select id from tags where user_id = $2)',
    'select * from (select * from tasks where user_id = $1) as own where own.id = $2',
    'with own as (select * from tasks where user_id = $1) select * from own',
    'select id from tasks where user_id = $1 union all select id from tags where user_id = $2',
    'select id from tasks where user_id = $1 order by id for update skip locked',
    'select status, count(*) from tasks where user_id = $1 group by grouping sets ((status), ())',
    'select * from user_emails where email_norm = $1',
    'insert into tasks (id, user_id) values ($1, $2), ($3, $4)',
    'insert into tasks (user_id, id) select $1::uuid, id from unnest($2::uuid[]) as id',
    'insert into task_tags (user_id, task_id) select tasks.user_id, id from tasks where user_id = $1',
    'insert into tasks (user_id, id, at) values ($1, $2, now()) on conflict do nothing',
    'insert into tasks (user_id, id) values ($1, $2) on conflict (user_id, id) do update set at = excluded.at',
    'update tasks set at = now(), name = lower(name) where user_id = $1 returning id',
    'update tasks set at = $1 from tags where tasks.user_id = $2 and tags.user_id = tasks.user_id',
    'delete from tasks using tags where tasks.user_id = $1 and tags.user_id = $1',
    `with written as (update tasks set at = $1 where user_id = $2 and id = $3 returning id)
     insert into tags (user_id, id) select $4::uuid, id from written`,
    'with tasks as (select 1 as id) select * from tasks',
    'select * from rate_limits',
    'update pgboss.job set at = clock_timestamp()',
    'select pg_advisory_xact_lock($1)',
    'begin',
    `set local lock_timeout = '1s'`,
  ])('passes: %s', (sql) => {
    expect(judge(sql, catalogue)).toEqual([]);
  });
});

describe('a table without its user', () => {
  it.each([
    ['select * from tasks where id = $1', ['unscoped tasks']],
    ['select * from tasks where user_id = $1 or id = $2', ['unscoped tasks']],
    ['select * from tasks where user_id <> $1', ['unscoped tasks']],
    ['select * from tasks where not (user_id = $1)', ['unscoped tasks']],
    [`select * from tasks where user_id = '0190'::uuid`, ['unscoped tasks']],
    [`select * from tasks where user_id = current_setting('app.user_id')::uuid`, ['unscoped tasks']],
    [
      'select * from tasks where user_id = any(array(select id from users where id = $1))',
      ['unscoped tasks'],
    ],
    ['select * from users where email = $1', ['unscoped users']],
    ['select * from user_emails where user_id = $1', ['unscoped user_emails']],
    ['select * from tasks t join tags g on g.id = t.id where t.user_id = $1', ['unscoped tags']],
    ['select * from tasks t join tags g on g.user_id = t.id where t.user_id = $1', ['unscoped tags']],
    ['select * from tasks t left join tags g on t.user_id = $1 and g.user_id = $1', ['unscoped tasks']],
    [
      'select * from tasks t full join tags g on t.user_id = $1 and g.user_id = $1',
      ['unscoped tasks', 'unscoped tags'],
    ],
    ['select (select count(*) from tags) from tasks where user_id = $1', ['unscoped tags']],
    [
      'select * from tasks where user_id = $1 and id in (select id from tags where id = $2)',
      ['unscoped tags'],
    ],
    ['select * from tasks where user_id = $1 order by (select count(*) from tags)', ['unscoped tags']],
    ['select * from tasks where user_id = $1 union all select * from tasks', ['unscoped tasks']],
    ['select * from (select * from tasks) as own where own.user_id = $1', ['unscoped tasks']],
    ['with own as (select * from tasks) select * from own where user_id = $1', ['unscoped tasks']],
    [
      'select * from tasks, (select $1::uuid as user_id) as me where tasks.user_id = me.user_id',
      ['unscoped tasks'],
    ],
    ['insert into tasks (id) values ($1)', ['unscoped tasks']],
    ['insert into tasks values ($1, $2)', ['unscoped tasks']],
    ['insert into tasks (user_id) values ($1), (default)', ['unscoped tasks']],
    ['insert into tasks (user_id) select user_id from tags', ['unscoped tags', 'unscoped tasks']],
    ['insert into tasks (user_id) select user_id from unnest($1::uuid[]) as user_id', ['unscoped tasks']],
    ['update tasks set at = $1 where id = $2', ['unscoped tasks']],
    ['update tasks set at = $1 from tags where tasks.user_id = $2 and tags.id = tasks.id', ['unscoped tags']],
    ['delete from tasks where id = $1', ['unscoped tasks']],
    ['delete from tasks where user_id = $1 and exists (select from tags where id = $2)', ['unscoped tags']],
    ['with gone as (delete from tasks where id = $1 returning id) select * from gone', ['unscoped tasks']],
  ])('is found: %s', (sql, expected) => {
    expect(faults(sql)).toEqual(expected);
  });
});

describe('what Citus refuses', () => {
  it.each([
    ['locks across users', 'select * from tasks limit 1 for update skip locked', 'tasks'],
    ['grouping sets across users', 'select status from tasks group by rollup (status)', 'tasks'],
    [
      'recursion across users',
      'with recursive t as (select id from tasks union select id from t) select * from t',
      'tasks',
    ],
    ['a change of the user', 'update tasks set user_id = $1 where user_id = $2', 'tasks'],
    [
      'a change of the user on conflict',
      'insert into tasks (user_id) values ($1) on conflict (user_id) do update set user_id = $1',
      'tasks',
    ],
    ['a volatile function in UPDATE', 'update tasks set id = gen_random_uuid() where user_id = $1', 'tasks'],
    ['a function that nobody knows in UPDATE', 'update tasks set id = mine() where user_id = $1', 'tasks'],
    [
      'a volatile function in DELETE',
      'delete from tasks where user_id = $1 and id = gen_random_uuid()',
      'tasks',
    ],
    [
      'the time on conflict',
      'insert into tasks (user_id) values ($1) on conflict (user_id) do update set at = now()',
      'tasks',
    ],
    [
      'the time in a condition on conflict',
      `insert into tasks (user_id) values ($1)
       on conflict (user_id) do update set at = $2 where tasks.at < current_timestamp`,
      'tasks',
    ],
    [
      'a conflict of a key without the user',
      'insert into tasks (user_id, id) values ($1, $2) on conflict (id) do update set at = $3',
      'tasks',
    ],
    [
      'a query on conflict',
      `insert into tasks (user_id) values ($1)
       on conflict (user_id) do update set at = (select at from tags where user_id = $1)`,
      'tasks',
    ],
    [
      'tables that lie apart',
      'select * from user_emails, users where user_emails.email_norm = $1 and users.id = $2',
      'user_emails',
    ],
    ['a local table beside', 'select * from tasks, pgboss.job where tasks.user_id = $1', 'tasks'],
    ['what is not understood', 'truncate tasks', 'tasks'],
    ['a merge', 'merge into tasks using tags on tasks.user_id = $1 when matched then delete', 'tasks'],
  ])('is found: %s', (_what, sql, table) => {
    expect(faults(sql)).toContain(`refused ${table}`);
  });

  it('is not found in tables that stay on one machine', () => {
    expect(faults('update rate_limits set at = clock_timestamp()')).toEqual([]);
  });
});
