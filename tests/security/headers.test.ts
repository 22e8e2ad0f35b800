/** Headers that protect whoever reads the answers in a browser, on answers of every kind. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userWithTask } from '../setup/scenes.ts';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const ALLOWED = 'https://app.example.com';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ CORS_ORIGINS: `${ALLOWED},http://localhost:5173` });
});
afterAll(() => app.close());

describe('TH1 every answer', () => {
  it('forbids sniffing, framing, loading and leaking the address, be it good or bad', async () => {
    const { user, path } = await userWithTask(app);
    const answers = [
      await app.as(user).get(path).expect(200),
      await app.as(user).get(path).set('If-None-Match', '"1"').expect(304),
      await app.as(user).delete(path).expect(204),
      await app.anonymous.get(path).expect(401),
      await app.anonymous.get('/nowhere').expect(404),
      await app.anonymous.put('/api/v1/me').expect(405),
      await app.anonymous.get('/api/v1/tasks/%zz').expect(400),
      await app.anonymous.options(path).expect(204),
    ];
    for (const { headers, status } of answers) {
      expect([status, headers]).toEqual([
        status,
        expect.objectContaining({
          'strict-transport-security': expect.stringMatching(/max-age=31536000/),
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'x-frame-options': 'DENY',
          'content-security-policy': expect.stringContaining("default-src 'none'"),
          'x-request-id': expect.any(String),
          vary: expect.stringContaining('Authorization'),
        }),
      ]);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    }
  });
});

describe('TH2 a cache', () => {
  it('may keep nothing that a write or a token is answered with, and has to ask before it uses what was read', async () => {
    const { user, path } = await userWithTask(app);
    const { email, password, tokens } = user;
    const token = { name: 'Backup', scopes: ['tasks:read'] };
    const { refresh_token } = tokens;
    const written = [
      await app.anonymous.post('/api/v1/auth/login').send({ email, password }).expect(200),
      await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token }).expect(200),
      await app.anonymous.post('/api/v1/auth/refresh').send({ refresh_token: 'nonsense' }).expect(401),
      await app.as(user).post('/api/v1/me/tokens').send(token).expect(201),
      await app.as(user).patch(path).send({ title: 'Buy bread' }).expect(200),
    ];
    for (const { headers } of written) expect(headers['cache-control']).toBe('no-store');
    const read = [
      await app.as(user).get(path).expect(200),
      await app.as(user).get('/api/v1/me').expect(200),
      await app.anonymous.get('/api/v1/me').expect(401),
    ];
    for (const { headers } of read) {
      expect(headers['cache-control']).toBe('private, no-cache');
      expect(headers.vary).toContain('Authorization');
    }
  });
});

describe('TH3 another origin', () => {
  it('may read and write when it is one of the configured ones', async () => {
    const user = await app.register();
    const response = await app.as(user).get('/api/v1/me').set('Origin', ALLOWED).expect(200);
    expect(response.headers['access-control-allow-origin']).toBe(ALLOWED);
    expect(response.headers['access-control-expose-headers']).toContain('ETag');
    expect(response.headers.vary).toContain('Origin');
    const preflight = await app.anonymous
      .options('/api/v1/tasks')
      .set('Origin', ALLOWED)
      .set('Access-Control-Request-Method', 'POST')
      .set('Access-Control-Request-Headers', 'authorization,content-type,if-match')
      .expect(204);
    expect(preflight.headers['access-control-allow-origin']).toBe(ALLOWED);
    expect(preflight.headers['access-control-allow-methods']).toContain('PATCH');
    expect(preflight.headers['access-control-allow-headers']).toContain('if-match');
    expect(preflight.headers.allow).toBe('GET, POST, HEAD, OPTIONS');
  });

  it.each([
    'null',
    'https://evil.example',
    `${ALLOWED}.evil.example`,
    `${ALLOWED}:8443`,
    'http://app.example.com',
    'https://app.example.co',
    'https://xapp.example.com',
    'https://APP.example.com',
    'http://localhost:51730',
    '*',
  ])('gets no leave when it is %s', async (origin) => {
    const user = await app.register();
    const read = await app.as(user).get('/api/v1/me').set('Origin', origin).expect(200);
    expect(read.headers).not.toHaveProperty('access-control-allow-origin');
    const preflight = await app.anonymous
      .options('/api/v1/tasks')
      .set('Origin', origin)
      .set('Access-Control-Request-Method', 'POST');
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('sees problems too', async () => {
    const response = await app.anonymous.get('/api/v1/me').set('Origin', ALLOWED).expect(401);
    expect(response.headers['access-control-allow-origin']).toBe(ALLOWED);
    expect(response.headers['access-control-expose-headers']).toContain('WWW-Authenticate');
  });
});
