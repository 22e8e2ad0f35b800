/** The process with the embedded database: starts, crashes and stops. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedServer } from '../../src/db/embedded/server.ts';
import { openDatabase, openForMigrations } from '../../src/db/knex.ts';
import { migrateDown, migrateUp } from '../../src/db/migrations.ts';
import { isOpen } from '../setup/ports.ts';
import {
  endEmbedded,
  type ServiceProcess,
  startServiceProcess,
  temporaryFolder,
  until,
} from '../setup/service-process.ts';
import { registerAt } from '../setup/test-server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await endEmbedded(join(folder.path, 'data'));
  await folder.remove();
});

const running: ServiceProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.destroy();
});

/** One data folder for all tests: making a new cluster is what takes longest, and a crash must not harm it. */
function start(environment: Readonly<Record<string, string>> = {}, node: string[] = []): ServiceProcess {
  const service = startServiceProcess(
    { DATA_DIR: join(folder.path, 'data'), ...environment },
    { cwd: folder.path, node },
  );
  running.push(service);
  return service;
}

/** Where the embedded PostgreSQL listens, and its process; of an orphan the port alone tells when it is gone. */
async function embedded(service: ServiceProcess): Promise<{ port: number; pid: number }> {
  const line = await service.logged('the embedded PostgreSQL is ready');
  return { port: Number(line.port), pid: Number(line.pid) };
}

describe('a start without any settings', () => {
  it('makes the database and a secret that only its owner can read', async () => {
    const service = start();
    const { origin, line } = await service.ready();
    expect((await fetch(`${origin}/health/ready`)).status).toBe(200);
    expect(line).toMatchObject({ level: 'info', host: '127.0.0.1', docs: expect.stringMatching(/\/docs$/) });
    const { mode } = await stat(join(folder.path, 'data', 'jwt-secret'));
    expect(mode & 0o777).toBe(0o600);
    expect(service.output.stderr).toBe('');
  });
});

describe('a migration at the start', () => {
  it('may take as long as it needs: it is not under the limits of serving', async () => {
    const dataDir = join(folder.path, 'migrating');
    const logger = { info: () => {}, warn: () => {}, error: () => {} };
    const server = await startEmbeddedServer({ dataDir, logger });
    const database = openForMigrations({ url: server.url, prepare: true });
    await migrateUp(database);
    await migrateDown(database);
    // Whoever notes a migration has to be free of the limit on statements, but not of that on waiting for locks.
    await database.raw(`create function refuse_limits() returns trigger language plpgsql as $$ begin
      if current_setting('statement_timeout') <> '0' or current_setting('lock_timeout') = '0'
      then raise exception 'the migration has the limits of serving'; end if; return new; end $$`);
    await database.raw(
      'create trigger limits before insert on migrations for each row execute function refuse_limits()',
    );
    const serving = openDatabase({ url: server.url, poolMax: 1, prepare: true });
    const note = serving('migrations').insert({ name: 'a note' });
    await expect(note).rejects.toThrow('the migration has the limits of serving');
    await Promise.all([database.destroy(), serving.destroy()]);
    await server.stop();

    const service = start({ DATA_DIR: dataDir });
    await service.ready();
    expect(service.lines.map(({ msg }) => msg)).toContain('database migrated');
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
  });
});

describe('a crash', () => {
  it('DD1 of the server loses nothing that was answered, and its tokens stay good', async () => {
    const before = start();
    const first = await before.ready();
    const authorization = await registerAt(first.origin);
    const created = await fetch(`${first.origin}/api/v1/tasks`, {
      method: 'POST',
      headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: 'Survive' }),
    });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    before.signal('SIGKILL');
    expect(await before.ended()).toMatchObject({ code: null, signal: 'SIGKILL' });

    const after = start();
    const second = await after.ready();
    const found = await fetch(`${second.origin}/api/v1/tasks/${id}`, {
      headers: { Authorization: authorization },
    });
    expect(found.status).toBe(200);
    expect(await found.json()).toMatchObject({ id, title: 'Survive' });
  });

  it('of the database ends the server, which says so', async () => {
    const service = start();
    await service.ready();
    const { pid } = await embedded(service);
    process.kill(pid, 'SIGKILL');
    expect(await service.ended()).toMatchObject({ code: 1 });
    expect(service.lines).toContainEqual(
      expect.objectContaining({ level: 'fatal', msg: 'the embedded database has ended' }),
    );
  });

  it('by an error that nobody caught is logged, and ends in order but with a failure', async () => {
    const throwOnSignal = `process.on('SIGUSR2', () => { throw new Error('Out of the blue') })`;
    const service = start({}, ['--import', `data:text/javascript,${encodeURIComponent(throwOnSignal)}`]);
    await service.ready();
    const { port } = await embedded(service);
    service.signal('SIGUSR2');
    expect(await service.ended()).toMatchObject({ code: 1 });
    const fatal = service.lines.find(({ level }) => level === 'fatal');
    expect(fatal).toMatchObject({ msg: 'uncaughtException', err: { message: 'Out of the blue' } });
    expect(await isOpen(port)).toBe(false);
  });
});

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s ends the database too, with exit code 0', async (signal) => {
    const service = start();
    await service.ready();
    const { port } = await embedded(service);
    service.signal(signal);
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(await isOpen(port)).toBe(false);
    expect(service.lines).toContainEqual(expect.objectContaining({ msg: 'stopping', reason: signal }));
  });

  it('that is asked for twice at the same moment, as npm does it, still goes in order', async () => {
    const service = start();
    await service.ready();
    const { port } = await embedded(service);
    for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) service.signal(signal);
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(await isOpen(port)).toBe(false);
  });

  it('that is asked for again later happens at once', async () => {
    const service = start({ SHUTDOWN_DELAY: '60s' });
    await service.ready();
    const { port } = await embedded(service);
    service.signal('SIGTERM');
    await service.logged('stopping');
    await sleep(1_200);
    service.signal('SIGINT');
    expect(await service.ended()).toMatchObject({ code: 1 });
    await until(async () => !(await isOpen(port)), 'the database was told to end as well');
  });

  it('during the start waits for its end, and leaves nothing behind', async () => {
    const service = start();
    await service.logged('DATABASE_URL is not set: starting the embedded PostgreSQL');
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
    const { port } = await embedded(service);
    expect(await isOpen(port)).toBe(false);
  });
});

describe('a data folder', () => {
  it('belongs to one server: the next says who has it, and the first goes on', async () => {
    const first = start();
    const { origin } = await first.ready();
    const second = start();
    expect(await second.ended()).toMatchObject({ code: 1 });
    expect(second.output.stderr).toMatch(/^Taskpact can't start: The data folder .* is in use by .* pid \d+/);
    expect(second.output.stderr).toContain(String(first.pid));
    expect(second.output.stderr.trim().split('\n')).toHaveLength(1);
    expect((await fetch(`${origin}/health/ready`)).status).toBe(200);
  });
});
