/** By what a trace names a statement. */
import { describe, expect, it } from 'vitest';
import { summarise } from '../../src/tracing/statements.ts';

describe('the summary of a statement', () => {
  it.each([
    ['select * from "tasks" where "user_id" = $1', 'SELECT tasks'],
    [
      'select a.x from users as a join user_emails e on true, lateral (select 1) y',
      'SELECT users SELECT user_emails',
    ],
    ['insert into "pgboss"."job" (id) values ($1) on conflict do nothing', 'INSERT pgboss.job'],
    ['insert into a (x) values (1) on conflict (x) do update set x = 2', 'INSERT a'],
    ['select id from tasks for update skip locked', 'SELECT tasks'],
    ['select id from tasks where x is distinct from y', 'SELECT tasks'],
    ['update tasks set x = extract(epoch from now())', 'UPDATE tasks'],
    ['delete from only x', 'DELETE x'],
    [
      'with ready as (select 1 from guard), \n w as materialized (update tasks set a = 1 returning a) select * from w, ready',
      'SELECT guard UPDATE tasks',
    ],
    ['BEGIN;', 'BEGIN'],
    ['', 'SQL'],
  ])('%s', (sql, summary) => {
    expect(summarise(sql)).toBe(summary);
  });

  it('is not longer than conventions allow, however long the statement', () => {
    const sql = Array.from({ length: 1_000 }, (_, index) => `select 1 from table_${index}`).join(' union ');
    expect(summarise(sql)).toHaveLength(255);
  });
});
