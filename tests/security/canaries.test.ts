/**
 * PV1: words that can be told from everything else are sent through every operation of the contract, in every field that
 * takes text and in many that do not; then all places are searched in which they have no business. Against the real
 * process, with the most talkative log, with metrics, and with mails in files.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/knex.ts';
import { EXISTING, type Parts, partsOf, toCall } from '../conformance/parts.ts';
import { findId } from '../conformance/world.ts';
import { type ContractOperation, operation, operations } from '../setup/contract.ts';
import { dumpRows } from '../setup/data-dump.ts';
import type { Answer, Call } from '../setup/http.ts';
import { linkIn, tokenIn } from '../setup/mailbox.ts';
import { freePort } from '../setup/ports.ts';
import {
  type ServiceProcess,
  startServiceProcess,
  temporaryFolder,
  until,
} from '../setup/service-process.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { createCanaries, exampleParts, roleFor, withWords } from './canaries.ts';

const canaries = createCanaries();
/** Every token that was given out: access, refresh, personal, in cookies and by mail. */
const tokens = new Set<string>();
const answers: { readonly operationId: string; readonly answer: Answer }[] = [];

const JWT_SECRET = `${canaries.word('the secret')}-kR7vQ2mX9pL4wN8sT3bY6cZ1dF5g`;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let testDatabase: TestDatabase;
let database: Database;
let service: ServiceProcess;
let origin: string;
let metrics = '';
let dump = '';
let mails: string[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolMax: 1, prepare: false });
  const metricsPort = await freePort();
  service = startServiceProcess({
    DATABASE_URL: testDatabase.url,
    DATA_DIR: folder.path,
    JWT_SECRET,
    LOG_LEVEL: 'trace',
    METRICS_PORT: String(metricsPort),
    RATE_LIMIT_SCALE: '10000',
    RATE_LIMIT_STORE: 'database',
  });
  origin = (await service.ready()).origin;
  for (const each of operations) await exercise(each);
  await until(async () => (await waitingMails()) === 0, 'all mails are sent');
  await failInside();
  mails = await Promise.all((await readdir(join(folder.path, 'mail'))).map(readMail));
  metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  dump = await dumpRows(database);
  service.signal('SIGTERM');
  await service.ended();
}, 240_000);
afterAll(async () => {
  await service?.destroy();
  await database?.destroy();
  await testDatabase?.drop();
  await folder?.remove();
});

interface Person {
  readonly email: string;
  readonly password: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

async function send(by: ContractOperation, call: Call, person?: Person): Promise<Answer> {
  const { method, path, headers = {}, body } = call;
  const authorization = person && by.scopes ? { Authorization: `Bearer ${person.access_token}` } : {};
  const lines = Object.entries({ ...authorization, ...headers }).map(([name, value]) => [
    name,
    String(value),
  ]);
  const response = await fetch(origin + path, {
    method,
    headers: lines as [string, string][],
    body: body === undefined ? null : String(body),
  });
  const text = await response.text();
  const answer = { status: response.status, headers: Object.fromEntries(response.headers), text };
  answers.push({ operationId: by.operationId, answer });
  for (const token of response.headers.getSetCookie()) tokens.add(/=([^;]*)/.exec(token)?.[1] ?? '');
  for (const [, token = ''] of text.matchAll(/"(?:access_|refresh_)?token":"([^"]+)"/g)) tokens.add(token);
  tokens.delete('');
  return answer;
}

const json = (text: string) => JSON.parse(text);
const post = (operationId: string, body: object): Promise<Answer> => {
  const by = operation(operationId);
  const headers = { 'Content-Type': 'application/json' };
  return send(by, { method: 'POST', path: by.path, headers, body: JSON.stringify(body) });
};

/** Somebody new, all of whom is words; with the role that the operation is for. */
async function personFor(by: ContractOperation): Promise<Person> {
  const email = `${canaries.word('/email')}@example.com`;
  const password = canaries.word('/password');
  const { text } = await post('registerUser', { email, password, name: canaries.word('/name') });
  const role = roleFor(by);
  if (role === undefined) return { ...json(text), email, password };
  await database('users')
    .where({ id: json(text).user.id })
    .update({ role });
  return { ...json((await post('login', { email, password })).text), email, password };
}

/** What only the state of the server knows, by the name of the field. */
const KNOWN: Readonly<Record<string, (person: Person, operationId: string) => unknown>> = {
  current_password: ({ password }) => password,
  refresh_token: ({ refresh_token }) => refresh_token,
  token: async ({ email }, operationId) => {
    if (operationId === 'resetPassword') await post('requestPasswordReset', { email });
    return mailedToken(email, operationId === 'resetPassword' ? '/reset-password' : '/verify-email');
  },
  // The example names tasks that are not there.
  after: () => null,
  operations: () => [{ op: 'create', task: { title: canaries.word('/operations/task/title') } }],
};
const OF_LOGIN: typeof KNOWN = {
  email: ({ email }) => email,
  password: ({ password }) => password,
  scope: () => '',
};

async function informed(parts: Parts, { operationId }: ContractOperation, person: Person): Promise<Parts> {
  const body: Record<string, unknown> = { ...(parts.body as object) };
  const known = operationId === 'login' ? { ...KNOWN, ...OF_LOGIN } : KNOWN;
  for (const [name, value] of Object.entries(body)) {
    const know = known[name];
    body[name] = know === undefined ? value : await know(person, operationId);
  }
  return parts.body === undefined ? parts : { ...parts, body };
}

/** The ids that the path wants, of things that are made for it or listed. */
async function idsFor(by: ContractOperation, person: Person): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const name of by.pathParameters) {
    const collection = by.path.split(`/{${name}}`)[0];
    const makers = operations.filter(({ path }) => path === collection);
    const maker =
      makers.find(({ method }) => method === 'POST') ?? makers.find(({ method }) => method === 'GET');
    if (maker === undefined && name === 'user_id') {
      ids[name] = 'me';
      continue;
    }
    if (maker === undefined) throw new Error(`Nothing makes what ${by.path} names`);
    const parts = withWords(maker, exampleParts(maker), canaries);
    ids[name] = findId(json((await send(maker, toCall(maker, parts, ids), person)).text)) ?? '';
  }
  return ids;
}

async function good(by: ContractOperation): Promise<{ readonly call: Call; readonly person: Person }> {
  const person = await personFor(by);
  const parts = await informed(withWords(by, exampleParts(by), canaries), by, person);
  return { call: toCall(by, parts, await idsFor(by, person)), person };
}

/** Requests that are right, that are wrong in every place, that are broken, and with secrets where they do not belong. */
async function exercise(by: ContractOperation): Promise<void> {
  const person = await personFor(by);
  for (const full of fc.sample(partsOf(by, true), { seed: 1, numRuns: 1 })) {
    const ids = Object.fromEntries(
      by.pathParameters.map((name) => [name, '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a']),
    );
    await send(by, toCall(by, withWords(by, full, canaries), ids), await personFor(by));
    const daring = withWords(by, full, canaries, true);
    const path = Object.fromEntries(
      by.pathParameters.map((name) => [name, canaries.word(`in the path, ${name}`)]),
    );
    await send(by, toCall(by, { ...daring, path: { ...daring.path, ...idsOf(by) } }, ids), person);
    await send(by, toCall(by, { ...full, path }, ids), person);
  }
  const word = (place: string) => canaries.word(`${by.operationId} ${place}`);
  const right = await good(by);
  const { path } = right.call;
  if (by.mediaTypes.length > 0) {
    await send(by, { ...right.call, path, body: `{"x":"${word('broken body')}` }, right.person);
  }
  const search = `access_token=${word('query access_token')}&q=${word('query q')}`;
  await send(by, { ...right.call, path: `${path}?${search}` }, right.person);
  const headers = { Authorization: `Bearer ${word('Authorization')}`, Cookie: `session=${word('Cookie')}` };
  await send(by, { ...right.call, headers: { ...right.call.headers, ...headers } });
  const about = {
    'User-Agent': word('User-Agent'),
    Referer: word('Referer'),
    Origin: `https://${word('Origin')}`,
  };
  await send(by, { ...right.call, headers: { ...right.call.headers, ...about } }, right.person);
}

const idsOf = ({ pathParameters }: ContractOperation) =>
  Object.fromEntries(pathParameters.map((name) => [name, EXISTING]));

/** Every statement fails, with all its parameters in hand, once it is known who asks. */
async function failInside(): Promise<void> {
  const prepared = [];
  for (const by of operations) prepared.push({ by, ...(await good(by)) });
  // Who asks is remembered for some seconds.
  const me = operation('getMe');
  for (const { person } of prepared) await send(me, { method: 'GET', path: me.path }, person);
  await database.raw('alter schema public rename to elsewhere');
  for (const { by, call, person } of prepared) await send(by, call, person);
  await database.raw('alter schema elsewhere rename to public');
}

async function waitingMails(): Promise<number> {
  const [row] = await database('pgboss.job')
    .whereIn('state', ['created', 'active', 'retry'])
    .where({ name: 'mail' })
    .count();
  return Number(row?.count);
}

async function readMail(file: string): Promise<string> {
  const { text, html, headers } = await PostalMime.parse(await readFile(join(folder.path, 'mail', file)));
  return JSON.stringify({ headers, text, html });
}

async function mailedToken(email: string, page: string): Promise<string> {
  let token = '';
  await until(async () => {
    const files = await readdir(join(folder.path, 'mail')).catch(() => []);
    for (const file of files) {
      const mail = await PostalMime.parse(await readFile(join(folder.path, 'mail', file)));
      const isWanted = mail.to?.[0]?.address === email && mail.text?.includes(`${page}#token=`);
      if (isWanted && linkIn(mail).pathname === page) token = tokenIn(mail);
    }
    return token !== '';
  }, `${email} gets a mail with a link to ${page}`);
  tokens.add(token);
  return token;
}

/** A token and its secret part; the part before the last names the account, which is no secret. */
const secrets = (): string[] => [...tokens].flatMap((token) => [token, token.split('.').at(-1) ?? token]);
/** Ids are in paths, and no secrets: those are logged and repeated. */
const isNoPath = (place: string): boolean => !place.startsWith('in the path');
const isSecret = (place: string): boolean =>
  /(password|token|secret|refresh|Cookie|Authorization)$/i.test(place);

describe('PV1 canaries', () => {
  it('went through every operation: each succeeded, refused and failed inside', () => {
    const statuses = (id: string, is: (status: number) => boolean) =>
      answers.some(({ operationId, answer }) => operationId === id && is(answer.status));
    const ids = operations
      .filter(({ path }) => !path.startsWith('/health'))
      .map(({ operationId }) => operationId);
    expect(ids.filter((id) => !statuses(id, (status) => status < 300))).toEqual([]);
    expect(ids.filter((id) => !statuses(id, (status) => status === 422 || status === 400))).toEqual([]);
    expect(ids.filter((id) => !statuses(id, (status) => status >= 500))).toEqual([]);
    expect(tokens.size).toBeGreaterThan(operations.length);
  });

  it('are in no line of the log, but for the path that was asked for', () => {
    const { stdout, stderr } = service.output;
    expect(stderr).toBe('');
    for (const line of service.lines) {
      const { path = '', ...others } = line;
      expect([line, canaries.placesIn(JSON.stringify(others))]).toEqual([line, []]);
      expect(canaries.placesIn(String(path)).filter(isNoPath)).toEqual([]);
    }
    for (const secret of [...secrets(), JWT_SECRET, testDatabase.url]) expect(stdout).not.toContain(secret);
  });

  it('are in no problem, but for the path that was asked for', () => {
    for (const { operationId, answer } of answers) {
      if (answer.status < 400) continue;
      // A 412 shows the resource as it is to whoever may read it.
      const { current: _current, ...problem } = json(answer.text);
      const found = canaries.placesIn(JSON.stringify(problem)).filter(isNoPath);
      expect([operationId, problem, found]).toEqual([operationId, problem, []]);
    }
  });

  it('if they are secrets, are in no answer', () => {
    for (const { operationId, answer } of answers) {
      expect([operationId, canaries.placesIn(answer.text).filter(isSecret)]).toEqual([operationId, []]);
    }
  });

  it('are in no metric', () => {
    expect(metrics).toContain('operation="registerUser"');
    expect(canaries.placesIn(metrics)).toEqual([]);
    for (const secret of secrets()) expect(metrics).not.toContain(secret);
  });

  it('are in mails only where they belong: addresses and names', () => {
    expect(mails.length).toBeGreaterThan(operations.length);
    for (const mail of mails) {
      expect(canaries.placesIn(mail).filter((place) => !/\/(email|name)$/.test(place))).toEqual([]);
      for (const token of tokens) {
        if (mail.includes(token)) expect(mail).toContain(`#token=${token}`);
      }
    }
  });

  it('TK4 if they are secrets, are in the database in no form that could be used', () => {
    expect(canaries.placesIn(dump)).toContain('/email');
    expect(canaries.placesIn(dump).filter(isSecret)).toEqual([]);
    for (const secret of secrets()) {
      const bytes = Buffer.from(secret, 'base64url');
      const forms = [
        secret,
        Buffer.from(secret).toString('hex'),
        bytes.toString('hex'),
        bytes.toString('base64'),
      ];
      expect(forms.filter((form) => dump.includes(form.toLowerCase()))).toEqual([]);
    }
  });
});
