/** The mock as a program: its options, what it says when it can't start, its stop; and what front ends need of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { MockError, type MockOptions, parseOptions } from '../../mock/src/options.ts';
import { documentedHeaders } from '../setup/contract.ts';
import { BEARER, json, send, startTestMock } from './support.ts';

const root = join(import.meta.dirname, '../..');
const contract = readFileSync(join(root, 'openapi.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'taskpact-mock-'));
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end; `onOutput` sees everything that it has printed so far. */
function run(args: readonly string[], onOutput?: (text: string, stop: () => void) => void): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, 'mock/src/main.ts'), ...args], { cwd: folder });
  children.add(child);
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    out.stdout += chunk;
    onOutput?.(out.stdout, () => child.kill('SIGTERM'));
  });
  child.stderr.on('data', (chunk) => {
    out.stderr += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...out })));
}

function contractFile(name: string, edit: (text: string) => string): string {
  const path = join(folder, name);
  writeFileSync(path, edit(contract));
  return path;
}

describe('the options', () => {
  test('have defaults', () => {
    const { contract: path, ...options } = parseOptions([]) ?? {};
    expect(path).toBe(join(root, 'openapi.yaml'));
    expect(options).toEqual({
      host: '127.0.0.1',
      port: 4010,
      latency: { least: 0, most: 0 },
      dynamic: false,
      seed: 1,
      quiet: false,
    });
  });

  test.each([
    ['200', { least: 200, most: 200 }],
    ['100..400', { least: 100, most: 400 }],
  ])('--latency %s', (text, latency) => {
    expect(parseOptions(['--latency', text])?.latency).toEqual(latency);
  });

  test.each([
    [['--port', '65536'], '--port must be a whole number from 0 to 65535.'],
    [['--port', 'http'], '--port must be a whole number from 0 to 65535.'],
    [['--seed', '-1'], /--seed/],
    [['--latency', '400..100'], '--latency must be milliseconds such as 200, or a range such as 100..400.'],
    [['--latency', '1s'], /--latency must be/],
    [['--latency', '99999999999'], /--latency must be/],
    [['--colour'], /--colour.*Try --help/s],
    [['openapi.yaml'], /Try --help/],
  ])('%j are refused', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

describe.concurrent('the program', { timeout: 60_000 }, () => {
  test('helps', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--latency <ms>');
  });

  test('answers, logs, and stops when it is told to', async () => {
    const { code, stdout, stderr } = await run(['--port', '0'], async (text, stop) => {
      const [, url] = /answers on (\S+),/.exec(text) ?? [];
      if (url !== undefined && !text.includes('listTasks')) await fetch(`${url}/api/v1/tasks`);
      else if (url !== undefined) stop();
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/"path":"\/api\/v1\/tasks","status":401/);
  });

  test('says that the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run(['--port', String(port)]);
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `taskpact-mock can't start: 127.0.0.1:${port} is in use. Choose another port with --port, or 0 for a free one.\n`,
    );
  });

  test('says what is wrong with its options, without a stack', async () => {
    const { code, stderr } = await run(['--colour']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^taskpact-mock can't start: Unknown option '--colour'.* Try --help\.\n$/);
  });
});

describe('it can not start', () => {
  const refusal = (changes: Partial<MockOptions>): Promise<unknown> =>
    startTestMock(changes).then(
      (mock) => mock.stop(),
      (error: unknown) => error,
    );

  test('without a file', async () => {
    const error = await refusal({ contract: 'absent.yaml' });
    expect(error).toBeInstanceOf(MockError);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^The contract absent\.yaml can't be read: ENOENT/),
    );
  });

  test('on an address that is not here', async () => {
    const error = await refusal({ host: '192.0.2.1' });
    expect(error).toBeInstanceOf(MockError);
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/may not listen on 192\.0\.2\.1:0 \(EADDRNOTAVAIL\)/),
    );
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      'what is no YAML',
      () => 'openapi: "3.1.0',
      /can't be read: unexpected end of the stream within a double quoted scalar[^\n]*$/,
    ],
    ['what is no contract', () => 'hello', /is not an OpenAPI 3\.1 document\.$/],
    ['another version', (text) => text.replace('openapi: 3.1.0', 'openapi: 3.0.3'), /is not an OpenAPI 3\.1/],
    [
      'a foreign contract',
      () => 'openapi: 3.1.0\ninfo: { title: Pets, version: 1.0.0 }\npaths: {}\n',
      /has no components\.parameters, no components\.headers.*: it is not a contract of Taskpact\.$/,
    ],
    ['an unknown word', (text) => text.replace('operationId: getMe', 'operation: getMe'), /is not valid: ./],
    [
      'a dangling reference',
      (text) => text.replace("'#/components/schemas/TaskList'", "'#/components/schemas/Nothing'"),
      /is not valid: .*Nothing/,
    ],
  ])('with %s', async (name, edit, message) => {
    // The validator prints what it finds before it throws.
    const print = vi.spyOn(console, 'error').mockImplementation(() => {});
    const error = await refusal({ contract: contractFile(`${name}.yaml`, edit) });
    print.mockRestore();
    expect(error).toBeInstanceOf(MockError);
    expect(error).toHaveProperty('message', expect.stringMatching(message));
  });
});

test('an operation that was just added to the contract is there at once', async () => {
  const added = contractFile('added.yaml', (text) =>
    text
      .replace('  /api/v1/tasks/{task_id}:', '  /api/v1/inbox/{task_id}:')
      .replaceAll(/operationId: (get|replace|update|delete)Task/g, 'operationId: $1InboxTask'),
  );
  const mock = await startTestMock({ contract: added });
  const path = '/api/v1/inbox/0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a';
  const answer = await send(mock, { method: 'GET', path, headers: BEARER });
  await mock.stop();
  expect(answer.status).toBe(200);
  expect(json<{ title: string }>(answer).title).toBe('Buy milk');
});

test('an example that breaks its own schema is not given out', async () => {
  const broken = contractFile('broken.yaml', (text) =>
    text.replace(
      'healthy:\n                  value: { status: ok,',
      'healthy:\n                  value: { status: fine,',
    ),
  );
  const mock = await startTestMock({ contract: broken });
  const answer = await send(mock, { method: 'GET', path: '/health' });
  await mock.stop();
  expect(answer.status).toBe(500);
});

describe('a front end', () => {
  const preflight = {
    Origin: 'http://localhost:5173',
    'Access-Control-Request-Method': 'PATCH',
    'Access-Control-Request-Headers': 'authorization,prefer,x-anything',
  };

  test('of any origin may call it, with any header, and read what it needs', async () => {
    const mock = await startTestMock();
    const asked = await send(mock, { method: 'OPTIONS', path: '/api/v1/tasks/x', headers: preflight });
    const call = { method: 'GET', path: '/api/v1/tasks', headers: { ...BEARER, Origin: preflight.Origin } };
    const answer = await send(mock, call);
    await mock.stop();
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-origin']).toBe(preflight.Origin);
    expect(asked.headers['access-control-allow-methods']).toContain('PATCH');
    expect(asked.headers['access-control-allow-headers']).toBe(preflight['Access-Control-Request-Headers']);
    expect(answer.headers['access-control-allow-origin']).toBe(preflight.Origin);
    expect(answer.headers['access-control-allow-credentials']).toBe('true');
    const exposed = String(answer.headers['access-control-expose-headers']).split(',');
    expect(exposed).toEqual(expect.arrayContaining([...documentedHeaders(), 'Deprecation', 'Sunset']));
  });

  test('waits as long as it was told to', async () => {
    const mock = await startTestMock({ latency: { least: 150, most: 200 } });
    const began = performance.now();
    await send(mock, { method: 'GET', path: '/health' });
    const waited = performance.now() - began;
    await mock.stop();
    expect(waited).toBeGreaterThanOrEqual(149);
  });

  test('finds the docs page and the contract', async () => {
    const mock = await startTestMock();
    const [page, yaml] = await Promise.all(
      ['/docs', '/openapi.yaml'].map((path) => send(mock, { method: 'GET', path })),
    );
    await mock.stop();
    expect(page?.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(yaml?.text).toBe(contract);
  });
});
