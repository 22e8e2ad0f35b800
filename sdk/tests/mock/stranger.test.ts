/** The stranger's program against the mock: it is the same as against the real server, but for the address. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Consumer } from '../../scripts/consumer.ts';
import { prepareStranger } from '../../scripts/stranger.ts';

let consumer: Consumer;
beforeAll(async () => {
  consumer = await prepareStranger(inject('archive'));
});
afterAll(() => consumer.remove());

test("the stranger's program does all of its work", async () => {
  const credentials = ['ada@example.com', 'correct horse battery'];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['program.js', String(inject('mockUrl')), ...credentials],
    { cwd: consumer.folder },
  );
  expect(stderr).toBe('');
  // The mock has the contract's examples to give, however many tasks were created.
  expect(stdout).toMatch(/^read \d+\n(read \d+\n)*\d+ tasks, the oldest of which is \S.*\n$/);
});
