/** The server as somebody gets it who has never seen this repository: packed, installed elsewhere, started. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildAndPack, install, PACKAGES, type Tarball } from '../../scripts/release/packages.ts';
import { startProgram } from '../../scripts/release/programs.ts';
import { startCollector } from '../setup/collector.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'taskpact-package-'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

let tarball: Tarball;
beforeAll(() => {
  tarball = buildAndPack(root, PACKAGES.server, join(folder, 'packed'));
  install(folder, [tarball]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function taskpact(...args: string[]): Promise<Outcome> {
  const program = join(folder, 'node_modules/.bin/taskpact');
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('the package', () => {
  test('holds what runs, and nothing that needs to be compiled', () => {
    const odd = tarball.files.filter((file) => !/\.(js|json|yaml|md|css|svg)$|^LICENSE$/.test(file));
    expect(odd).toEqual([]);
    expect(new Set(tarball.files.map((file) => file.split('/')[0]))).toEqual(
      new Set([
        ...['bin', 'migrations', 'scripts', 'src'],
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'openapi.yaml', 'package.json'],
      ]),
    );
  });

  test('has a manifest of its own', () => {
    const installed = join(folder, 'node_modules/taskpact/package.json');
    const manifest = JSON.parse(readFileSync(installed, 'utf8'));
    expect(manifest).toMatchObject({ version, bin: { taskpact: 'bin/taskpact.js' }, license: 'MIT' });
    for (const field of ['private', 'scripts', 'devDependencies', 'workspaces', 'allowScripts']) {
      expect(manifest).not.toHaveProperty(field);
    }
  });
});

describe('the program', { timeout: 120_000 }, () => {
  test('says its version, and helps', async () => {
    expect(await taskpact('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const { code, stdout } = await taskpact('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('migrate [up|status|down]');
  });

  test.each([
    [['fly'], 'taskpact: there is no command fly.'],
    [['start', 'now'], 'taskpact: start takes no arguments.'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await taskpact(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test('starts with a database of its own, is ready, and stops', async () => {
    const ready = /"port":(\d+),.*"msg":"ready"/;
    const { ready: found, stop } = await startProgram('taskpact', { folder, env: { PORT: '0' }, ready });
    onTestFinished(async () => void (await stop()));
    const at = (path: string) => `http://127.0.0.1:${found[1]}${path}`;
    expect((await fetch(at('/health/ready'))).status).toBe(200);
    expect(await (await fetch(at('/health'))).json()).toMatchObject({ version, database: 'ok' });
    expect((await fetch(at('/docs'))).status).toBe(200);
    expect(await (await fetch(at('/openapi.yaml'))).text()).toBe(
      readFileSync(join(root, 'openapi.yaml'), 'utf8'),
    );
    expect(await stop()).toBe(0);
  });

  test('saves its database, and restores it into an empty folder', async () => {
    const file = join(folder, 'tasks.backup');
    expect(await taskpact('backup', file)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^saved /),
    });
    expect((await taskpact('backup')).stderr).toContain('Name one file: backup <file>.');
    renameSync(join(folder, '.data/postgres'), join(folder, '.data/postgres.old'));
    expect(await taskpact('restore', file)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^restored /),
    });
  });

  test('sends traces where there is a collector', async () => {
    const collector = await startCollector();
    onTestFinished(() => collector.close());
    const env = { PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    const { ready, stop } = await startProgram('taskpact', {
      folder,
      env,
      ready: /"port":(\d+),.*"msg":"ready"/,
    });
    onTestFinished(async () => void (await stop()));
    await fetch(`http://127.0.0.1:${ready[1]}/api/v1/tasks`);
    await collector.find(({ name }) => name === 'GET /api/v1/tasks');
    expect(await stop()).toBe(0);
  });

  test('knows about migrations', async () => {
    expect(await taskpact('migrate', 'status')).toMatchObject({
      code: 0,
      stdout: 'The database is up to date.\n',
    });
    const { code, stderr } = await taskpact('migrate', 'sideways');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no command sideways');
  });
});
