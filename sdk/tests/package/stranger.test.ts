/** What a stranger does: an empty folder, the packed package, twenty lines; and a server that is not always there. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/setup/test-database.ts';
import type { Consumer } from '../../scripts/consumer.ts';
import { prepareStranger } from '../../scripts/stranger.ts';
import { Taskpact } from '../../src/index.ts';
import { nodes } from '../support/runtimes.ts';
import { type ServerProcess, serverProcess } from '../support/server-process.ts';

const ACCESS_TOKEN_TTL = 2;
const password = 'correct horse battery';

let database: TestDatabase;
let server: ServerProcess;
let consumer: Consumer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await serverProcess(database.url, { ACCESS_TOKEN_TTL: `${ACCESS_TOKEN_TTL}s` });
  [consumer] = await Promise.all([prepareStranger(inject('archive')), server.start()]);
});
afterAll(async () => {
  consumer.remove();
  await server.stop();
  await database.drop();
});

describe.each(nodes)("the stranger's program in $name", ({ name, missing, file }) => {
  test('reads 250 tasks across a restart of the server and several expired tokens', async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const email = `stranger-${name.replace(/\W/g, '')}@example.com`;
    await new Taskpact({ baseUrl: server.baseUrl }).auth.register({ email, password });
    const program = spawn(file, ['program.js', server.baseUrl, email, password], { cwd: consumer.folder });
    const complaints: string[] = [];
    program.stderr.on('data', (text) => complaints.push(String(text)));
    const lines: string[] = [];
    let restart: Promise<void> | undefined;
    for await (const line of createInterface(program.stdout)) {
      lines.push(line);
      // Between two pages: the program goes on while the server is away.
      if (line === 'read 100') restart = server.stop().then(() => server.start());
    }
    await restart;
    expect(complaints.join('')).toBe('');
    expect(lines).toEqual(
      [50, 100, 150, 200, 250].map((n) => `read ${n}`).concat('250 tasks, the oldest of which is Task 1'),
    );
  });
});
