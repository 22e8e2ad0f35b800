/** The examples do what they say, with the package as it is built. */

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { useRealServer } from '../support/real-server.ts';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '../../examples');
const server = useRealServer();

/** What each of them prints; `stranger.ts` has a test of its own. */
const expected: Readonly<Record<string, RegExp>> = {
  'tour.ts': /^Buy milk \(in_progress\)\n$/,
  'errors.ts':
    /^\/title is too_short: .+\n(\/title is .+\n)*There is no such task\. It was sent 1 time\(s\), as request [0-9a-f]{32}-1\.\n$/,
  'conflict.ts':
    /^(?=[\s\S]*The blue carton\.)(?=[\s\S]*Two of them\.)(?=[\s\S]*Oat, if there is any\.).+\n.+\n.+\n$/,
  'paging.ts': /^The newest one is Task 25\.\nTask 25, Task 24, Task 23\n10 of 25\n10 more\n5 more\n$/,
  'token-store.ts': /^Still logged in as user\.\n$/,
  'middleware.ts':
    /^registerUser 201, createTask 201, getTask 200, getTask 304\nBuy milk, as of request [0-9a-f]{32}-1\n$/,
  'cancel.ts': /^The user has left\.\nThere was no time at all\.\n$/,
};

test('every example is run', () => {
  const others = ['stranger.ts', 'user.ts'];
  expect(
    readdirSync(folder)
      .filter((name) => !others.includes(name))
      .sort(),
  ).toEqual(Object.keys(expected).sort());
});

test.each(Object.entries(expected))('%s', async (name, output) => {
  const env = { ...process.env, TASKPACT_URL: server.baseUrl };
  const { stdout, stderr } = await run(process.execPath, [join(folder, name)], { env });
  expect(stderr).toBe('');
  expect(stdout).toMatch(output);
});
