import { describe, expect, test, vi } from 'vitest';
import type { Logger, LogLevel } from '../../src/index.ts';
import { problem, startFakeServer } from '../support/fake-server.ts';
import { failureOf, loggedIn, TASK_ID, task, tokens } from '../support/samples.ts';

/** A logger that keeps what it is told. */
function recorder(): Logger & { readonly lines: { level: string; message: string; fields: object }[] } {
  const lines: { level: string; message: string; fields: object }[] = [];
  const at = (level: string) => (message: string, fields: object) =>
    void lines.push({ level, message, fields });
  return { lines, error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

describe('the log', () => {
  const messages = async (logLevel: LogLevel): Promise<string[]> => {
    const logger = recorder();
    const headers = { Deprecation: '@1767225600' };
    const server = await startFakeServer([
      { status: 503, headers: { 'Retry-After': '0' } },
      { body: task, headers },
    ]);
    await loggedIn(server.baseUrl, { logger, logLevel }).client.tasks.get(TASK_ID);
    return logger.lines.map(({ level, message }) => `${level}: ${message}`);
  };
  const warn = 'warn: taskpact getTask is deprecated since 2026-01-01';
  const waits = 'info: taskpact getTask waits for a retry';
  const done = 'info: taskpact getTask 200';
  const [sends, got] = ['debug: taskpact sends', 'debug: taskpact got'];

  test.each([
    ['off', []],
    ['error', []],
    ['warn', [warn]],
    ['info', [waits, done, warn]],
    ['debug', [sends, got, waits, sends, got, done, warn]],
  ] as const)('at the level %s says what is due', async (level, expected) => {
    expect(await messages(level)).toEqual(expected);
  });

  test('goes to the console, from warnings on, unless told otherwise', async () => {
    const [warning, info] = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'info')];
    warning.mockReturnValue();
    const server = await startFakeServer([{ body: task, headers: { Deprecation: 'true' } }]);
    await loggedIn(server.baseUrl).client.tasks.get(TASK_ID);
    expect(warning).toHaveBeenCalledOnce();
    expect(info).not.toHaveBeenCalled();
  });

  test('tells what became of a call', async () => {
    const logger = recorder();
    const server = await startFakeServer([problem(404, 'not_found')]);
    await failureOf(loggedIn(server.baseUrl, { logger, logLevel: 'info' }).client.tasks.get(TASK_ID));
    expect(logger.lines).toEqual([
      {
        level: 'info',
        message: 'taskpact getTask NotFoundError',
        fields: { attempts: 1, requestId: expect.any(String), ms: expect.any(Number) },
      },
    ]);
  });

  test('holds no secret and no body at any level', async () => {
    const logger = recorder();
    const server = await startFakeServer([{ body: tokens(5), headers: { 'Set-Cookie': 'sid=cookie-5' } }]);
    const { client } = loggedIn(server.baseUrl, {
      logger,
      logLevel: 'debug',
      headers: { 'X-Api-Key': 'key-5' },
    });
    await client.auth.login({ email: 'ada@example.com', password: 'hunter2-hunter2' });
    await client.auth.refresh({ refresh_token: 'refresh-9' });
    await client.tasks.list({ cursor: 'abc' });
    const text = JSON.stringify(logger.lines);
    expect(text).toContain('"authorization":"***"');
    expect(text).toContain('cursor=abc');
    expect(text).not.toMatch(/access-\d|refresh-\d|hunter2|cookie-5|key-5|ada@/);
  });
});

describe('an operation on its way out', () => {
  test.each([
    [{ Deprecation: '@1767225600' }, 'is deprecated since 2026-01-01'],
    [{ Deprecation: 'true' }, 'is deprecated'],
    [
      { Deprecation: '@1767225600', Sunset: 'Wed, 01 Jul 2026 00:00:00 GMT' },
      'is deprecated since 2026-01-01 and ends on 2026-07-01',
    ],
    [{ Sunset: 'Wed, 01 Jul 2026 00:00:00 GMT' }, 'is deprecated and ends on 2026-07-01'],
  ])('is warned of: %j', async (headers, expected) => {
    const logger = recorder();
    const server = await startFakeServer([{ body: task, headers: headers as Record<string, string> }]);
    await loggedIn(server.baseUrl, { logger }).client.tasks.get(TASK_ID);
    expect(logger.lines).toMatchObject([{ level: 'warn', message: `taskpact getTask ${expected}` }]);
  });

  test('is warned of even when it fails', async () => {
    const logger = recorder();
    const reply = problem(404, 'not_found');
    const server = await startFakeServer([{ ...reply, headers: { ...reply.headers, Deprecation: 'true' } }]);
    await failureOf(loggedIn(server.baseUrl, { logger }).client.tasks.get(TASK_ID));
    expect(logger.lines).toMatchObject([{ message: 'taskpact getTask is deprecated' }]);
  });

  test('is warned of once, each for itself', async () => {
    const logger = recorder();
    const server = await startFakeServer([{ body: task, headers: { Deprecation: 'true' } }]);
    const { client } = loggedIn(server.baseUrl, { logger });
    for (let i = 0; i < 3; i += 1) {
      await client.tasks.get(TASK_ID);
      await client.me.get();
    }
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'taskpact getTask is deprecated',
      'taskpact getMe is deprecated',
    ]);
  });

  test('is warned of with where to read more', async () => {
    const logger = recorder();
    const headers = { Deprecation: 'true', Link: '<https://tasks.test/docs>; rel="deprecation"' };
    const server = await startFakeServer([{ body: task, headers }]);
    await loggedIn(server.baseUrl, { logger }).client.tasks.get(TASK_ID);
    expect(logger.lines[0]?.fields).toMatchObject({ link: '<https://tasks.test/docs>; rel="deprecation"' });
  });
});
