/** The database and the contract say the same, and the schema keeps the rules that let it be spread over machines. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { contract } from '../setup/contract.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

interface Constraint {
  readonly name: string;
  readonly table_name: string;
  /** As in pg_constraint: c check, f foreign key, n not null, p primary key, u unique. */
  readonly kind: string;
  readonly definition: string;
  readonly columns: readonly string[];
  readonly referenced: string | null;
  readonly referenced_columns: readonly string[] | null;
  /** As in pg_constraint: a no action, c cascade, n set null, d set default. */
  readonly on_delete: string;
}

/** Not under a user's id, and why is written in its migration. */
const SHARED = ['users', 'user_emails', 'external_identities'];
/** As libraries want them: the one that migrates, the one that counts requests. */
const TOOLS = ['migrations', 'migrations_lock', 'rate_limits'];

const { schemas } = contract.components;
/** For each CHECK constraint: what the contract says of the same. */
const CHECKS: Readonly<Record<string, readonly (string | number)[]>> = {
  tasks_status_check: schemas.TaskStatus.enum,
  tasks_priority_check: schemas.TaskPriority.enum,
  users_role_check: schemas.UserRole.enum,
  tasks_title_check: [schemas.TaskTitle.minLength, schemas.TaskTitle.maxLength],
  tasks_description_check: [schemas.TaskDescription.maxLength],
  // A rule of its own: a task has the time of its completion if, and only if, it is completed.
  tasks_completed_check: ['completed'],
  // Another one: a due date has an instant, a time of day has a date, a time zone has a time.
  tasks_due_check: [],
  projects_name_check: [schemas.ProjectName.minLength, schemas.ProjectName.maxLength],
  projects_description_check: [schemas.ProjectDescription.maxLength],
  tags_name_check: [schemas.TagName.minLength, schemas.TagName.maxLength],
  // What a link in a mail is for is nobody's business outside.
  action_tokens_purpose_check: ['verify_email', 'reset_password', 'change_email'],
};
/** What is stored in another way than it is shown, or is computed when it is asked for. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  tasks: ['due', 'tags', 'is_overdue'],
  users: [],
  projects: ['task_counts'],
  tags: ['task_count'],
};
/** What stays inside. */
const HIDDEN: Readonly<Record<string, readonly string[]>> = {
  tasks: ['due_date', 'due_time', 'due_timezone', 'search'],
  users: ['version', 'password_hash'],
  projects: ['user_id'],
  tags: ['user_id', 'name_norm'],
};
const RESOURCES = [
  { table: 'tasks', schema: schemas.Task },
  { table: 'users', schema: schemas.User },
  { table: 'projects', schema: schemas.Project },
  { table: 'tags', schema: schemas.Tag },
];
/** What can't go while something points at it: whoever deletes it decides what becomes of the rest. */
const HELD = ['tasks_project_fkey', 'tasks_parent_fkey'];
/** By what has ended, whosoever it was: what housekeeping looks for. */
const HOUSEKEEPING = [
  'action_tokens_expiry_idx',
  'idempotency_keys_created_idx',
  'projects_trash_idx',
  'refresh_tokens_expiry_idx',
  'sessions_expiry_idx',
  'sessions_revoked_idx',
  'tasks_trash_idx',
];

let testDatabase: TestDatabase;
let database: Database;
let constraints: readonly Constraint[];
let tables: readonly string[];
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolMax: 1, prepare: PREPARE });
  tables = await query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  ).then((rows) => rows.map(({ name }) => name).filter((name) => !TOOLS.includes(name)));
  const all = await query<Constraint>(`
    select con.conname as name, con.conrelid::regclass::text as table_name, con.contype as kind,
      pg_get_constraintdef(con.oid) as definition, con.confdeltype as on_delete,
      nullif(con.confrelid, 0)::regclass::text as referenced,
      (select array_agg(a.attname::text order by k.n) from unnest(con.conkey) with ordinality k(num, n)
        join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.num) as columns,
      (select array_agg(a.attname::text order by k.n) from unnest(con.confkey) with ordinality k(num, n)
        join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.num) as referenced_columns
    from pg_constraint con where con.connamespace = 'public'::regnamespace`);
  constraints = all.filter(({ table_name }) => !TOOLS.includes(table_name));
});
afterAll(async () => {
  await database.destroy();
  await testDatabase.drop();
});

async function query<T>(sql: string): Promise<T[]> {
  return (await database.raw(sql)).rows;
}
const ofKind = (...kinds: readonly string[]): Constraint[] =>
  constraints.filter(({ kind }) => kinds.includes(kind));
const userTables = (): string[] => tables.filter((name) => !SHARED.includes(name));

describe('the database and the contract', () => {
  it('have the same enums and limits', () => {
    const found = ofKind('c').map(({ name, definition }) => {
      const words = [...definition.matchAll(/'(\w+)'::text/g)].map(([, word]) => String(word));
      const numbers = [...definition.matchAll(/[<>]= (\d+)/g)].map(([, number]) => Number(number));
      return [name, [...words, ...numbers]];
    });
    expect(Object.fromEntries(found)).toEqual(CHECKS);
  });

  it('agree on what may be null', async () => {
    const nullable = await query<{ table_name: string; name: string }>(
      `select attrelid::regclass::text as table_name, attname as name from pg_attribute
       join pg_class on pg_class.oid = attrelid
       where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attnotnull`,
    );
    for (const { table, schema } of RESOURCES) {
      const own = nullable.filter(({ table_name }) => table_name === table).map(({ name }) => name);
      const said = Object.keys(schema.properties).filter(
        (name) => isNullable(schema.properties[name]) && !SHOWN[table]?.includes(name),
      );
      expect(own.filter((name) => name in schema.properties).sort()).toEqual(said.sort());
    }
  });

  it('have the same fields, beside those that stay inside', async () => {
    for (const { table, schema } of RESOURCES) {
      const columns = Object.keys(await database(table).columnInfo());
      expect([...columns, ...(SHOWN[table] ?? [])].sort()).toEqual(
        [...Object.keys(schema.properties), ...(HIDDEN[table] ?? [])].sort(),
      );
    }
  });
});

function isNullable(schema: { $ref?: string; type?: string | string[] }): boolean {
  const { type } = schema.$ref === undefined ? schema : schemas[schema.$ref.split('/').at(-1) ?? ''];
  return Array.isArray(type) && type.includes('null');
}

describe('every table of user data', () => {
  it('has a user_id that is never null', async () => {
    for (const table of userTables()) {
      const { user_id } = await database(table).columnInfo();
      expect([table, user_id]).toEqual([table, expect.objectContaining({ type: 'uuid', nullable: false })]);
    }
  });

  it('AZ10 has a primary key and unique constraints that begin with it', () => {
    for (const table of userTables()) {
      const keys = ofKind('p', 'u').filter(({ table_name }) => table_name === table);
      expect(keys.filter(({ kind }) => kind === 'p')).toHaveLength(1);
      for (const { name, columns } of keys) expect([name, columns[0]]).toEqual([name, 'user_id']);
    }
  });

  it('has indexes that begin with it', async () => {
    const indexes = await query<{ table_name: string; name: string; definition: string }>(
      `select tablename as table_name, indexname as name, indexdef as definition from pg_indexes where schemaname = 'public'`,
    );
    const own = indexes.filter(
      ({ table_name, name }) => userTables().includes(table_name) && !HOUSEKEEPING.includes(name),
    );
    expect(own.length).toBeGreaterThan(userTables().length);
    for (const { name, definition } of own)
      expect([name, definition]).toEqual([name, expect.stringContaining('(user_id')]);
  });

  it('has foreign keys that begin with it and go with the user, never to null', () => {
    const keys = ofKind('f');
    expect(new Set(keys.map(({ table_name }) => table_name))).toEqual(new Set(userTables()));
    for (const { name, columns, referenced, referenced_columns, on_delete } of keys) {
      const first = referenced === 'users' ? 'id' : 'user_id';
      expect([name, columns[0], referenced_columns?.[0]]).toEqual([name, 'user_id', first]);
      expect([name, on_delete]).toEqual([name, HELD.includes(name) ? 'a' : 'c']);
    }
  });
});

describe('the whole schema', () => {
  it('has no name of more than 45 characters: a shard gets a number behind it', async () => {
    const relations = await query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace`,
    );
    const names = [...constraints, ...relations].map(({ name }) => name);
    expect(names.filter((name) => name.length > 45)).toEqual([]);
    expect(names.filter((name) => /_\d+$/.test(name))).toEqual([]);
  });

  it('has no triggers, functions or rules of its own', async () => {
    expect(await query('select tgname from pg_trigger where not tgisinternal')).toEqual([]);
    const ofAnExtension = `select 1 from pg_depend where objid = pg_proc.oid and deptype = 'e'`;
    expect(
      await query(
        `select proname from pg_proc where pronamespace = 'public'::regnamespace and not exists (${ofAnExtension})`,
      ),
    ).toEqual([]);
    expect(await query(`select rulename from pg_rules where schemaname = 'public'`)).toEqual([]);
  });

  it('computes nothing by itself: ids and times come from the application', async () => {
    const defaults = await query<{ table_name: string; column: string; value: string }>(
      `select table_name, column_name as column, column_default as value from information_schema.columns
       where table_schema = 'public' and column_default is not null`,
    );
    const own = defaults.filter(({ table_name }) => !TOOLS.includes(table_name));
    expect(own.filter(({ value }) => !/^('[^']*'(::\w+)?|\d+|true|false)$/.test(value))).toEqual([]);
  });

  it('keeps times with their zone and text without a length', async () => {
    const columns = await query<{ table_name: string; type: string }>(
      `select table_name, data_type as type from information_schema.columns where table_schema = 'public'`,
    );
    const types = columns.filter(({ table_name }) => tables.includes(table_name)).map(({ type }) => type);
    const known = [
      'ARRAY',
      'bigint',
      'boolean',
      'bytea',
      'date',
      'integer',
      'json',
      'jsonb',
      'smallint',
      'text',
      'timestamp with time zone',
      'tsvector',
      'uuid',
    ];
    expect([...new Set(types)].sort()).toEqual(known);
  });
});
