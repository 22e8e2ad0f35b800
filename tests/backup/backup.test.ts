/** What a backup holds, and what is refused. */
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { backUp } from '../../src/db/backup/backup.ts';
import { restore } from '../../src/db/backup/restore.ts';
import { listTables } from '../../src/db/backup/tables.ts';
import { openForMigrations } from '../../src/db/knex.ts';
import { knownMigrations, migrateThrough, migrateUp } from '../../src/db/migrations.ts';
import { withClient } from '../setup/databases.ts';
import { temporaryFolder } from '../setup/service-process.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';
import { createTestDatabase, PREPARE } from '../setup/test-database.ts';
import { constraintsOf, contentOf } from './support.ts';

/** Texts that a careless format would lose. */
const ODD = ['\\.', '\\N', 'a\tb', '\\\\server\\share', '"quoted", \'too\'', 'žluťoučký 🦄', '{"a": null}'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let app: TestApp;
let url: string;
let file: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  app = await createTestApp();
  url = app.config.database.url ?? '';
  file = join(folder.path, 'whole.backup');
  const user = await app.register({ name: 'Ada "\\." Lovelace' });
  const api = app.as(user);
  for (const title of ODD) {
    const description = `${title}\n\\.\n\r\n${title}`;
    const due = { date: '2026-12-01', time: '09:30', timezone: 'Europe/Prague' };
    await api
      .post('/api/v1/tasks')
      .send({ title, description, due, tags: ['a', title] })
      .expect(201);
  }
  const project = await api.post('/api/v1/projects').send({ name: 'Home' }).expect(201);
  const parent = await api
    .post('/api/v1/tasks')
    .send({ title: 'Parent', project_id: project.body.id })
    .expect(201);
  await api.post('/api/v1/tasks').send({ title: 'Child', parent_id: parent.body.id }).expect(201);
  await api.delete(`/api/v1/tasks/${parent.body.id}`).expect(204);
  await api
    .post('/api/v1/me/tokens')
    .send({ name: 'ci', scopes: ['tasks:read'] })
    .expect(201);
  await backUp(url, file);
});
afterAll(async () => {
  await app.close();
  await folder.remove();
});

async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase({ empty: true });
  onTestFinished(() => database.drop());
  return database.url;
}

const place = (): string => join(folder.path, randomBytes(8).toString('hex'));

/** Why it is not restored, and that it is not. */
async function refusal(damaged: Buffer | string): Promise<string> {
  const path = typeof damaged === 'string' ? damaged : place();
  if (typeof damaged !== 'string') await writeFile(path, damaged);
  const target = await emptyDatabase();
  const message = await restore(target, path).then(
    () => 'It was restored',
    (error: Error) => error.message,
  );
  const rows = await withClient(target, async (client) => {
    const counts: number[] = [];
    for (const { name } of await listTables(client)) {
      counts.push((await client.query(`select from ${name}`)).rowCount ?? 0);
    }
    return counts.reduce((sum, count) => sum + count, 0);
  });
  expect(rows).toBe(0);
  return message;
}

/** The backup with its text changed, and packed again. */
async function edited(change: (text: string) => string): Promise<Buffer> {
  const text = gunzipSync(await readFile(file)).toString();
  const changed = change(text);
  expect(changed).not.toBe(text);
  return gzipSync(changed);
}

describe('a backup', () => {
  it('that is restored is what it was, with its constraints, generated columns and jobs', async () => {
    const target = await emptyDatabase();
    const { rows, tables, migrated } = await restore(target, file);
    const content = await contentOf(url);
    expect(await contentOf(target)).toEqual(content);
    expect(tables).toBe(Object.keys(content).length);
    expect(rows).toBe(Object.values(content).reduce((sum, hash) => sum + Number.parseInt(hash, 10), 0));
    expect(migrated).toEqual([]);
    expect(await constraintsOf(target)).toEqual(await constraintsOf(url));
    // The mail that registering has left waits there too.
    expect(content['pgboss.job']).not.toMatch(/^0 /);
    for (const table of ['users', 'tasks', 'task_tags', 'events', 'sessions', 'personal_tokens', 'projects'])
      expect([table, content[`public.${table}`]]).toEqual([table, expect.not.stringMatching(/^0 /)]);
  });

  it('serves: who was there can log in, and finds the tasks', async () => {
    const target = await emptyDatabase();
    await restore(target, file);
    const other = await createTestApp({ DATABASE_URL: target });
    onTestFinished(() => other.close());
    const { rows } = await other.database.raw('select email from users');
    const login = await other.anonymous
      .post('/api/v1/auth/login')
      .send({ email: rows[0].email, password: 'correct horse battery' })
      .expect(200);
    const api = other.as({ authorization: `Bearer ${login.body.access_token}` });
    const list = await api.get('/api/v1/tasks?q=server').expect(200);
    expect(list.body.items).toMatchObject([{ title: '\\\\server\\share' }]);
    await api.post('/api/v1/tasks').send({ title: 'After' }).expect(201);
  });

  it('can be read by its owner alone, and takes no place that is taken', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(backUp(url, file)).rejects.toThrow(`${file} exists already: choose another name.`);
  });

  it('leaves nothing behind when it fails', async () => {
    const path = place();
    await expect(backUp(await emptyDatabase(), path)).rejects.toThrow('there is nothing to save');
    await expect(backUp('postgres://nobody:x@127.0.0.1:9/none', path)).rejects.toThrow('ECONNREFUSED');
    await expect(stat(path)).rejects.toThrow('ENOENT');
    await expect(stat(`${path}.unfinished`)).rejects.toThrow('ENOENT');
  });

  it('of an older version is brought to the schema of this one', async () => {
    const known = await knownMigrations();
    const older = await emptyDatabase();
    const database = openForMigrations({ url: older, prepare: PREPARE });
    await migrateThrough(database, known.slice(0, 1));
    const id = '01890a5d-ac96-774b-bcce-b302099a8057';
    const now = new Date().toISOString();
    const email = 'old@example.com';
    const user = {
      id,
      email,
      password_hash: 'x',
      role: 'user',
      email_verified: false,
      timezone: 'UTC',
      version: 1,
    };
    await database('users').insert({ ...user, created_at: now, updated_at: now });
    await database('user_emails').insert({ email_norm: email, user_id: id });
    await database.destroy();
    const path = place();
    await backUp(older, path);
    const target = await emptyDatabase();
    expect(await restore(target, path)).toMatchObject({ rows: 2, migrated: known.slice(1) });
    await withClient(target, async (client) => {
      expect((await client.query('select email from users')).rows).toEqual([{ email }]);
    });
  });
});

describe('it is not restored', () => {
  it('when it ends too early, wherever', { timeout: 120_000 }, async () => {
    const whole = await readFile(file);
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      const message = await refusal(whole.subarray(0, Math.ceil(whole.length * share)));
      expect([share, message]).toEqual([
        share,
        expect.stringContaining('ends too early. Nothing was restored'),
      ]);
    }
    // As a whole file, but without its end.
    for (const end of [/\{"rows":.*\n$/, /\\\.\n\{"rows":.*\n$/, /\n\{"table":"public.users"[\s\S]*$/]) {
      expect(await refusal(await edited((text) => text.replace(end, '')))).toMatch(/is not complete/);
    }
    expect(await refusal(Buffer.alloc(0))).toMatch(/ends too early|not complete/);
  });

  it('when something in it was changed', { timeout: 120_000 }, async () => {
    const whole = await readFile(file);
    for (const at of [0.3, 0.6, 0.95]) {
      const damaged = Buffer.from(whole);
      damaged[Math.floor(whole.length * at)] = (damaged[Math.floor(whole.length * at)] ?? 0) ^ 0x10;
      expect(await refusal(damaged)).not.toBe('It was restored');
    }
    const oneLess = await edited((text) => text.replace(/(\{"table":"public.tags".*\n).*\n/, '$1'));
    expect(await refusal(oneLess)).toMatch(/does not hold what it says/);
    expect(await refusal(await edited((text) => `${text}more\n`))).toMatch(/is not complete/);
  });

  it('when its rows do not go together', async () => {
    const text = gunzipSync(await readFile(file)).toString();
    const [, user = ''] = /\{"table":"public.users".*\n([\da-f-]{36})/.exec(text) ?? [];
    const stranger = '01890a5d-ac96-774b-bcce-b302099a8057';
    const torn = text.replace(new RegExp(`(\\{"table":"public.users".*\\n)${user}`), `$1${stranger}`);
    expect(await refusal(gzipSync(torn))).toMatch(/foreign key/);
  });

  it('when it is something else, or is from the future', async () => {
    expect(await refusal(Buffer.from('create table users ();\n'))).toMatch(/is damaged, or no backup/);
    expect(await refusal(gzipSync('-- PostgreSQL database dump\n'))).toMatch(/is no backup of Taskpact/);
    expect(await refusal(gzipSync('taskpact backup 2\n'))).toMatch(/made by a newer Taskpact/);
    expect(
      await refusal(
        await edited((text) => text.replace('"migrations":[', '"migrations":["29990101000000_x",')),
      ),
    ).toMatch(/^The backup was made by Taskpact \S+, which is newer/);
    expect(await refusal(join(folder.path, 'nowhere'))).toMatch(/can't be read: ENOENT/);
  });

  it('into a database that holds something', async () => {
    await expect(restore(url, file)).rejects.toThrow(/^The database is not empty \(public\.\w+ has rows\)/);
    const migrated = await emptyDatabase();
    const database = openForMigrations({ url: migrated, prepare: PREPARE });
    await migrateUp(database);
    await database.destroy();
    await restore(migrated, file);
    const older = place();
    await writeFile(older, await edited((text) => text.replace(/,"\d{14}_\w+"\]\}/, ']}')));
    const target = await emptyDatabase();
    const newer = openForMigrations({ url: target, prepare: PREPARE });
    await migrateUp(newer);
    await newer.destroy();
    await expect(restore(target, older)).rejects.toThrow('restore into an empty database');
  });
});
