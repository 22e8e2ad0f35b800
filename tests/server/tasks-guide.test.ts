/** The commands in docs/tasks.md do what it says. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../setup/test-server.ts';
import { runGuide, whyNoCommands } from './support/guide.ts';

const MISSING = whyNoCommands();

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.destroy());

it.skipIf(MISSING !== undefined)(`the examples run as they stand ${MISSING ?? ''}`, async () => {
  const project = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(await runGuide('tasks.md', server.origin)).toEqual([
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
