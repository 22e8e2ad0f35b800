/**
 * Passwords, tokens, addresses and what users write are in no log line, in no answer to an error, and what must not be
 * read is not in the database in the clear. Runs the real process with the most talkative log there is.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { dumpRows } from '../setup/data-dump.ts';
import { POOLED, SERVICE_ENVIRONMENT } from '../setup/service-process.ts';
import { createTestDatabase, PREPARE, type TestDatabase } from '../setup/test-database.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const JWT_SECRET = 'canary-kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA';

/** What is looked for. Each is sent to the server, some of it in places where it does not belong. */
const CANARIES = {
  password: 'canary-password-5e0f',
  wrongPassword: 'canary-wrong-71aa',
  email: 'canary-address-09c2@example.com',
  title: 'canary title 3d4b',
  search: 'canary-query-88f1',
  token: 'canary-token-c6d7',
  body: 'canary-body-2b9e',
};

let testDatabase: TestDatabase;
let database: Database;
let server: ChildProcess;
let origin: string;
let output = '';
/** Bodies of all answers of 400 and above. */
const problems: string[] = [];
/** Tokens that the server gave out. */
const tokens: string[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolMax: 1, prepare: PREPARE });
  const environment = {
    ...SERVICE_ENVIRONMENT,
    DATABASE_URL: testDatabase.url,
    JWT_SECRET,
    LOG_LEVEL: 'trace',
  };
  server = spawn(process.execPath, [MAIN], {
    env: { ...process.env, ...POOLED, ...environment, NODE_ENV: 'test' },
  });
  const ready = new Promise<number>((resolve, reject) => {
    server.once('exit', () => reject(new Error(`The server did not start: ${output}`)));
    for (const stream of [server.stdout, server.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const port = /"port":(\d+)/.exec(output)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
  });
  origin = `http://127.0.0.1:${await ready}`;
  await exercise();
  server.kill('SIGTERM');
  await once(server, 'exit');
});
afterAll(async () => {
  if (server.exitCode === null) server.kill('SIGKILL');
  await database.destroy();
  await testDatabase.drop();
});

async function call(
  method: string,
  path: string,
  body?: object | string,
  token?: string,
): Promise<Record<string, string>> {
  const headers = new Headers(body === undefined ? {} : { 'Content-Type': 'application/json' });
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? null);
  const response = await fetch(origin + path, { method, headers, body: text });
  const answer = await response.text();
  if (response.status >= 400) problems.push(answer);
  return answer === '' ? {} : JSON.parse(answer);
}

/** Good requests, bad ones, and good ones that fail inside the server. */
async function exercise(): Promise<void> {
  const { email, password, wrongPassword, title, search, token, body } = CANARIES;
  const post = (name: string, fields: object | string) => call('POST', `/api/v1/auth/${name}`, fields);
  const registered = await post('register', { email, password, name: title });
  const login = await post('login', { email, password });
  const refreshed = await post('refresh', { refresh_token: login.refresh_token });
  const sets = [registered, login, refreshed];
  tokens.push(...sets.flatMap(({ access_token = '', refresh_token = '' }) => [access_token, refresh_token]));
  const access = registered.access_token;

  const { id } = await call('POST', '/api/v1/tasks', { title, description: title }, access);
  await call('PATCH', `/api/v1/tasks/${id}`, { title: `${title}!` }, access);
  await call('GET', `/api/v1/tasks?cursor=${search}`, undefined, access);

  await post('register', { email: email.toUpperCase(), password });
  await post('register', { email, password, [body]: body, timezone: body });
  await post('login', { email, password: wrongPassword });
  await post('login', `{"email":"${email}","password":"${wrongPassword}`);
  await post('refresh', { refresh_token: token });
  await post('logout', { refresh_token: token });
  await call('GET', '/api/v1/me', undefined, token);
  await call('GET', `/api/v1/me?access_token=${access}&q=${search}`, undefined, `${access}x`);
  await call('GET', `/api/v1/tasks/x?password=${password}`, undefined, access);

  // From here on the server's own statements fail, with all their parameters in hand.
  for (const table of ['users', 'tasks', 'refresh_tokens', 'sessions']) {
    await database.schema.renameTable(table, `${table}_gone`);
  }
  await post('register', { email: `x${email}`, password });
  await post('login', { email, password });
  await post('refresh', { refresh_token: refreshed.refresh_token });
  await call('POST', '/api/v1/tasks', { title }, access);
  await call('PATCH', '/api/v1/me', { name: title }, access);
  for (const table of ['users', 'tasks', 'refresh_tokens', 'sessions']) {
    await database.schema.renameTable(`${table}_gone`, table);
  }
  await post('logout', { refresh_token: refreshed.refresh_token });
}

/** A token and its parts; the middle of an access token holds the user's id, which is no secret. */
const secretsOf = (token: string): string[] => [token, token.split('.').at(-1) ?? token];
const allTokens = (): string[] => tokens.flatMap(secretsOf);

it('was exercised: it answered with tokens and with every kind of problem', () => {
  expect(tokens.every((token) => token.length > 40)).toBe(true);
  const codes = problems.map((problem) => JSON.parse(problem).code);
  const kinds = [
    'email_taken',
    'validation_failed',
    'invalid_credentials',
    'malformed_request',
    'unauthenticated',
  ];
  expect(new Set(codes)).toEqual(new Set([...kinds, 'invalid_refresh_token', 'internal_error']));
});

it.each(Object.entries(CANARIES))('PV1 writes no %s into the log', (_name, canary) => {
  expect(output.toLowerCase()).not.toContain(canary.toLowerCase());
});

it('PV1 writes no tokens and no key into the log', () => {
  for (const secret of [...allTokens(), JWT_SECRET, testDatabase.url]) expect(output).not.toContain(secret);
});

it('does log: each request with its operation, and each failure with its cause', () => {
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const operations = lines.filter(({ msg }) => msg === 'request').map(({ operation }) => operation);
  expect(operations).toEqual(
    expect.arrayContaining(['registerUser', 'login', 'refreshSession', 'createTask', 'getMe']),
  );
  const causes = lines.filter(({ msg }) => msg === 'The server made a mistake').map(({ err }) => err.message);
  expect(causes.length).toBeGreaterThanOrEqual(4);
  expect(causes.join()).toContain('relation "users" does not exist');
  expect(causes.join()).not.toMatch(/insert into|select |\$1/);
});

it('OE2 repeats none of it in a problem, nor anything of its own inside', () => {
  const { body, ...others } = CANARIES;
  for (const problem of problems) {
    for (const canary of [...Object.values(others), ...allTokens()]) expect(problem).not.toContain(canary);
    expect(problem).not.toMatch(/ at .*:\d+|\bselect |insert into|node_modules|ECONN|relation "/);
  }
  // The name of an unknown field is repeated, its value is not.
  expect(problems.join().split(body)).toHaveLength(2);
});

it('stores passwords and tokens as hashes only', async () => {
  const { password, wrongPassword } = CANARIES;
  const dump = await dumpRows(database);
  expect(dump).toContain(CANARIES.email);
  for (const secret of [password, wrongPassword, ...allTokens()]) {
    for (const form of [
      secret,
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret, 'base64url').toString('hex'),
    ]) {
      expect(dump).not.toContain(form.toLowerCase());
    }
  }
});
