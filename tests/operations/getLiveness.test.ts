import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../setup/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const PATH = '/health/live';

describe('GET /health/live', () => {
  it('answers 422 to a query parameter', async () => {
    await app.anonymous.get(PATH).query({ verbose: 1 }).expect(422);
  });

  it('answers 200 to everybody', async () => {
    const response = await app.anonymous.get(PATH).set('Authorization', 'Bearer garbage').expect(200);
    expect(response.body).toEqual({ status: 'ok' });
    const head = await app.anonymous.head(PATH).expect(200);
    expect(head.text).toBeUndefined();
  });

  it('AV1 answers 200 while the server is stopping and while the database is away: a restart would help neither', async () => {
    app.drain();
    await app.anonymous.get(PATH).expect(200);
    await app.database.destroy();
    await app.anonymous.get(PATH).expect(200);
  });
});
