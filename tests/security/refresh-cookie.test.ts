/** The refresh token in a cookie: what browsers get, and that nobody else's page can make use of it (TH5, CSRF). */
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breaches } from '../setup/answers.ts';
import { operation } from '../setup/contract.ts';
import { createTestApp, type TestApp, type TestUser } from '../setup/test-app.ts';

const NAME = '__Host-taskpact_refresh';
const OWN = 'https://tasks.example.com';
const FRIEND = 'https://app.example.com';
const DAY = 86_400_000;

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ PUBLIC_URL: OWN, CORS_ORIGINS: `${FRIEND},http://localhost:5173` });
});
afterAll(() => app.close());

type Headers = Readonly<Record<string, string>>;
const BY_COOKIE = { 'Token-Transport': 'cookie' };
const post = (name: string, body: object, headers: Headers = {}) =>
  app.anonymous.post(`/api/v1/auth/${name}`).set(headers).send(body);
const withCookie = (token: string): Headers => ({ ...BY_COOKIE, Cookie: `${NAME}=${token}` });

/** The attributes of the one cookie that an answer sets, with its value as `value`; undefined when it sets none. */
function cookieOf({ headers }: Response): Record<string, string | true> | undefined {
  const lines = (headers['set-cookie'] ?? []) as unknown as string[];
  expect(lines.length).toBeLessThanOrEqual(1);
  if (lines[0] === undefined) return undefined;
  const [pair = '', ...attributes] = lines[0].split('; ');
  expect(pair.slice(0, pair.indexOf('='))).toBe(NAME);
  const read = attributes.map((text) => text.split('=')).map(([name = '', value]) => [name, value ?? true]);
  return { value: pair.slice(pair.indexOf('=') + 1), ...Object.fromEntries(read) };
}

const asAnswer = ({ status, headers, text }: Response) => ({ status, headers, text });

/** A user whose refresh token is in a cookie. */
async function inBrowser(): Promise<TestUser & { readonly cookie: string }> {
  const user = await app.register();
  const answer = await post('login', { email: user.email, password: user.password }, BY_COOKIE).expect(200);
  return { ...user, tokens: answer.body, cookie: String(cookieOf(answer)?.value) };
}

const REMOVAL = { value: '', 'Max-Age': '0', Path: '/', HttpOnly: true, Secure: true, SameSite: 'Strict' };

describe('TH5 a refresh token in a cookie', () => {
  it('comes with register, login and refresh, out of reach of scripts, for as long as it is good', async () => {
    const email = `cookie-${process.pid}@example.com`;
    const registered = await post('register', { email, password: 'correct horse battery' }, BY_COOKIE).expect(
      201,
    );
    const form = `grant_type=password&username=${encodeURIComponent(email)}&password=correct+horse+battery`;
    const loggedIn = await app.anonymous
      .post('/api/v1/auth/login')
      .set(BY_COOKIE)
      .type('form')
      .send(form)
      .expect(200);
    const refreshed = await post('refresh', {}, withCookie(String(cookieOf(loggedIn)?.value))).expect(200);
    const answers = { registerUser: registered, login: loggedIn, refreshSession: refreshed };
    for (const [operationId, answer] of Object.entries(answers)) {
      expect(breaches(operation(operationId), asAnswer(answer))).toEqual([]);
      expect(answer.body.refresh_token).toBeNull();
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(cookieOf(answer)).toEqual({
        ...REMOVAL,
        value: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
        'Max-Age': expect.stringMatching(/^(2592000|259199\d)$/),
      });
      expect(answer.text).not.toContain(String(cookieOf(answer)?.value));
      await app
        .as({ authorization: `Bearer ${answer.body.access_token}` })
        .get('/api/v1/me')
        .expect(200);
    }
  });

  it('does not outlive the session', async () => {
    const { cookie } = await inBrowser();
    let token = cookie;
    for (let month = 0; month < 3; month += 1) {
      app.advance(29 * DAY);
      token = String(cookieOf(await post('refresh', {}, withCookie(token)).expect(200))?.value);
    }
    const last = cookieOf(await post('refresh', {}, withCookie(token)).expect(200));
    expect(Number(last?.['Max-Age'])).toBeLessThanOrEqual(3 * 86_400);
    expect(Number(last?.['Max-Age'])).toBeGreaterThan(3 * 86_400 - 600);
  });

  it('is found among others', async () => {
    for (const around of [(pair: string) => `a=b; ${pair}; c=d`, (pair: string) => `x; ${pair};=;%zz=%zz`]) {
      const { cookie } = await inBrowser();
      const headers = { ...BY_COOKIE, Cookie: around(`${NAME}=${cookie}`) };
      await post('refresh', {}, headers).expect(200);
    }
  });

  it('is removed when the session ends by logout', async () => {
    const { cookie } = await inBrowser();
    const answer = await post('logout', {}, withCookie(cookie)).expect(204);
    expect(breaches(operation('logout'), asAnswer(answer))).toEqual([]);
    expect(cookieOf(answer)).toEqual(REMOVAL);
    expect(cookieOf(await post('logout', {}, withCookie(cookie)).expect(204))).toEqual(REMOVAL);
    await post('refresh', {}, withCookie(cookie)).expect(401);
  });

  it.each([
    ['unknown', `${'A'.repeat(22)}.${'A'.repeat(43)}`],
    ['empty', ''],
    ['nonsense', 'nonsense'],
    ['too long for a token', 'x'.repeat(4000)],
    ['not even text', 'ÿ\u00fe%00%'],
    ['in quotes', '"AZqv.u9Y1"'],
  ])('is removed by the 401 when it is %s: a page could not do it', async (_what, value) => {
    const headers = withCookie(Buffer.from(value, 'utf8').toString('latin1'));
    const answer = await post('refresh', {}, headers).expect(401);
    expect(breaches(operation('refreshSession'), asAnswer(answer))).toEqual([]);
    expect(answer.body.code).toBe('invalid_refresh_token');
    expect(cookieOf(answer)).toEqual(REMOVAL);
    expect(cookieOf(await post('logout', {}, headers).expect(204))).toEqual(REMOVAL);
  });

  it('is not removed when the server can not tell whether it is good', async () => {
    const own = await createTestApp({ PUBLIC_URL: OWN });
    try {
      await own.database.destroy();
      const answer = await own.anonymous
        .post('/api/v1/auth/refresh')
        .set(withCookie(`${'A'.repeat(22)}.${'A'.repeat(43)}`))
        .send({})
        .expect(503);
      expect(cookieOf(answer)).toBeUndefined();
    } finally {
      await own.close();
    }
  });

  it('is a 422 when there is none, or a token in the body beside it, and both stay good', async () => {
    const { cookie, tokens } = { ...(await inBrowser()), tokens: (await app.register()).tokens };
    for (const name of ['refresh', 'logout']) {
      const cases = [
        { headers: BY_COOKIE, body: {}, code: 'required' },
        { headers: withCookie(cookie), body: { refresh_token: tokens.refresh_token }, code: 'not_allowed' },
        { headers: BY_COOKIE, body: { refresh_token: tokens.refresh_token }, code: 'not_allowed' },
        { headers: {}, body: {}, code: 'required' },
      ];
      for (const { headers, body, code } of cases) {
        const answer = await post(name, body, headers).expect(422);
        expect(answer.body.errors).toMatchObject([{ pointer: '/refresh_token', code }]);
        expect(cookieOf(answer)).toBeUndefined();
      }
    }
    await post('refresh', {}, withCookie(cookie)).expect(200);
    await post('refresh', { refresh_token: tokens.refresh_token }).expect(200);
  });

  it('is not set for clients that did not ask for it, nor by a login that fails', async () => {
    const { tokens, email, password } = await app.register();
    const plain = { 'Token-Transport': 'body' };
    const answers = [
      await post('login', { email, password }).expect(200),
      await post('login', { email, password }, plain).expect(200),
      await post('refresh', { refresh_token: tokens.refresh_token }, plain).expect(200),
      await post('logout', { refresh_token: tokens.refresh_token }).expect(204),
      await post('login', { email, password: 'incorrect horse' }, BY_COOKIE).expect(401),
      await post('register', { email, password }, BY_COOKIE).expect(409),
    ];
    for (const answer of answers) expect(cookieOf(answer)).toBeUndefined();
    for (const transport of ['Cookie', 'cookies', 'cookie, body', '']) {
      await post('login', { email, password }, { 'Token-Transport': transport }).expect(422);
    }
  });
});

describe('TH5 a page of another site', () => {
  const OTHERS = [
    'null',
    'https://evil.example',
    `${OWN}.evil.example`,
    `${OWN}:8443`,
    OWN.replace('https', 'http'),
    'https://xtasks.example.com',
    'https://example.com',
    'https://TASKS.example.com',
    `${OWN}/`,
    `${OWN} ${FRIEND}`,
    'http://localhost:5174',
    '*',
    '',
  ];

  it.each([OWN, FRIEND, 'http://localhost:5173'])('is one of ours when it is of %s', async (origin) => {
    const { cookie } = await inBrowser();
    const headers = { ...withCookie(cookie), Origin: origin };
    const answer = await post('refresh', {}, headers).expect(200);
    await post('logout', {}, { ...withCookie(String(cookieOf(answer)?.value)), Origin: origin }).expect(204);
  });

  it.each(OTHERS)('gets nothing by the cookie, and ends nothing, when its origin is "%s"', async (origin) => {
    const { cookie, email, password } = await inBrowser();
    const headers = { ...withCookie(cookie), Origin: origin };
    const attempts = [
      await post('refresh', {}, headers),
      await post('logout', {}, headers),
      // Nor can it log the user in as somebody else.
      await post('login', { email, password }, headers),
      await post('register', { email: `x${email}`, password }, headers),
    ];
    for (const answer of attempts) {
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([{ parameter: 'token-transport', code: 'not_allowed' }]);
      expect(cookieOf(answer)).toBeUndefined();
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    await post('refresh', {}, withCookie(cookie)).expect(200);
  });

  it('gets nothing with what it can send without asking: no header, and forms', async () => {
    const { cookie } = await inBrowser();
    const Cookie = `${NAME}=${cookie}`;
    for (const name of ['refresh', 'logout']) {
      for (const Origin of [OWN, FRIEND, 'https://evil.example']) {
        await post(name, {}, { Cookie, Origin }).expect(422);
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
        ]) {
          const simple = { Cookie, Origin, 'Content-Type': type };
          for (const body of ['', '{}', 'refresh_token=', 'token-transport=cookie']) {
            const answer = await app.anonymous.post(`/api/v1/auth/${name}`).set(simple).send(body);
            expect(answer.status).toBe(415);
            await app.anonymous
              .post(`/api/v1/auth/${name}`)
              .set({ ...simple, ...BY_COOKIE })
              .send(body)
              .expect(415);
          }
        }
        await app.anonymous
          .post(`/api/v1/auth/${name}?Token-Transport=cookie`)
          .set({ Cookie, Origin })
          .send({})
          .expect(422);
        await app.anonymous
          .get(`/api/v1/auth/${name}`)
          .set({ Cookie, Origin, ...BY_COOKIE })
          .expect(405);
      }
    }
    await post('refresh', {}, withCookie(cookie)).expect(200);
  });

  it('gets no leave to send the header, as those of ours do', async () => {
    const ask = (origin: string) =>
      app.anonymous
        .options('/api/v1/auth/refresh')
        .set('Origin', origin)
        .set('Access-Control-Request-Method', 'POST')
        .set('Access-Control-Request-Headers', 'content-type,token-transport')
        .expect(204);
    const ours = await ask(FRIEND);
    expect(ours.headers).toMatchObject({
      'access-control-allow-origin': FRIEND,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': expect.stringContaining('token-transport'),
    });
    for (const origin of OTHERS.filter((name) => name !== '')) {
      expect((await ask(origin)).headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('can not use the cookie in place of an access token', async () => {
    const { cookie } = await inBrowser();
    for (const headers of [withCookie(cookie), { Cookie: `${NAME}=${cookie}; access_token=${cookie}` }]) {
      await app.anonymous.get('/api/v1/me').set(headers).expect(401);
    }
  });
});
