/** The commands in docs/authentication.md do what it says. */
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
    console.warn(`${program} is missing: the commands of docs/authentication.md are not tried`);
    return false;
  }
});

it.skipIf(!canRun)('the examples run as they stand, one after the other', async () => {
  const guide = await readFile(new URL('../../docs/authentication.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(blocks.length).toBeGreaterThanOrEqual(5);
  const script = blocks.join('\n').replace('http://localhost:3000', `http://localhost:${server.port}`);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
  const [me = '', expiry, sessions = '', ...rest] = stdout
    .replaceAll(/\}(?=\d|\w|\{)/g, '}\n')
    .trim()
    .split('\n');
  expect(JSON.parse(me)).toMatchObject({ email: 'grace@example.com' });
  expect(expiry).toBe('900');
  expect(JSON.parse(sessions).items).toHaveLength(2);
  expect(rest).toEqual(['tasks:read', 'null', '900']);
});
