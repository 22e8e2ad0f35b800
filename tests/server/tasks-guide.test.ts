/** The commands in docs/tasks.md do what it says. */
import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../setup/test-server.ts';

const run = promisify(execFile);

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.destroy());

const canRun = ['bash', 'curl'].every((program) => {
  try {
    return execFileSync(program, ['--version']).length > 0;
  } catch {
    console.warn(`${program} is missing: the commands of docs/tasks.md are not tried`);
    return false;
  }
});

it.skipIf(!canRun)('the examples run as they stand, one after the other', async () => {
  const guide = await readFile(new URL('../../docs/tasks.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code);
  const script = blocks.join('\n').replace('http://localhost:3000', `http://localhost:${server.port}`);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
  const project = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(stdout.trim().split('\n')).toEqual([
    // Due dates
    '2027-03-01T22:59:59.999Z',
    '2027-03-01T17:00:00.000Z',
    '2027-03-01T23:00:00.000Z',
    '2027-03-01T09:00:00.000Z',
    // Projects, subtasks, tags
    project,
    '{"open":2,"completed":0}',
    '1',
    'Tiles',
    // The trash
    'not_found',
    '2',
    'null',
    // Lists
    'Call mum',
    '1',
    'Measure the wall',
    // Entity tags
    '304',
    'Tiles',
    // Sending it again
    'once',
    'idempotency-key',
    // Many at once
    '[200,201]',
    '[204,404]',
    // History and numbers
    '["task.deleted","task.updated","task.created"]',
    '0',
  ]);
});
