import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/health';

describe('GET /health', () => {
  it('answers 422 to a query parameter', async () => {
    await app.anonymous.get(PATH).query({ verbose: 1 }).expect(422);
  });

  it('answers the version, the seconds that the process runs, and that the database answers', async () => {
    const response = await app.anonymous.get(PATH).expect(200);
    expect(response.body).toEqual({ status: 'ok', version, uptime: expect.any(Number), database: 'ok' });
    expect(response.body.uptime).toBeLessThanOrEqual(process.uptime());
    expect(response.headers['cache-control']).toBe('private, no-cache');
  });

  it('needs no token and is not bothered by a bad one', async () => {
    await app.anonymous.get(PATH).set('Authorization', 'Bearer garbage').expect(200);
  });

  it('does not mind that the server is stopping', async () => {
    app.drain();
    await app.anonymous.get(PATH).expect(200);
  });

  it('answers HEAD like GET, without the body', async () => {
    const response = await app.anonymous.head(PATH).expect(200);
    expect(response.text).toBeUndefined();
  });

  it('answers 503 with Retry-After while the database is away, and does not say why', async () => {
    await app.database.destroy();
    const response = await app.anonymous.get(PATH).expect(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.body).toMatchObject({
      code: 'unavailable',
      detail: 'The database is not available at the moment.',
    });
  });
});
