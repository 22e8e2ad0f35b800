import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/health/ready';

describe('GET /health/ready', () => {
  it('answers 422 to a query parameter', async () => {
    await app.anonymous.get(PATH).query({ verbose: 1 }).expect(422);
  });

  it('answers 503 until the database has been migrated', async () => {
    const [newest] = await app.database('migrations').orderBy('id', 'desc').limit(1);
    await app.database('migrations').where({ id: newest.id }).delete();
    const response = await app.anonymous.get(PATH).expect(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.body).toMatchObject({
      code: 'unavailable',
      detail: 'The database has not been migrated yet.',
    });
    await app.database('migrations').insert(newest);
    await app.anonymous.get(PATH).expect(200);
  });

  it('answers 200 to everybody', async () => {
    const response = await app.anonymous.get(PATH).set('Authorization', 'Bearer garbage').expect(200);
    expect(response.body).toEqual({ status: 'ok' });
    const head = await app.anonymous.head(PATH).expect(200);
    expect(head.text).toBeUndefined();
  });

  it('AV1 answers 503 from the moment on that the server has been told to stop', async () => {
    app.drain();
    const response = await app.anonymous.get(PATH).expect(503);
    expect(response.body).toMatchObject({ code: 'unavailable', detail: 'The server is stopping.' });
  });

  it('AV1 answers 503 while the database is away, and does not say why', async () => {
    const other = await createTestApp();
    try {
      await other.anonymous.get(PATH).expect(200);
      await other.database.destroy();
      const response = await other.anonymous.get(PATH).expect(503);
      expect(response.body.detail).toBe('The database is not available at the moment.');
    } finally {
      await other.close();
    }
  });
});
