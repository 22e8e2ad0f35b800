/** The server itself is killed while clients write, or the clients go away. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../setup/service-process.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { expectKept } from './support/ledger.ts';
import { createWriters } from './support/writers.ts';

/** `FAULTS_LONG=1` is for the hundred that take minutes. */
const KILLS = process.env.FAULTS_LONG === '1' ? 100 : 20;

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const services: ServiceProcess[] = [];
afterEach(async () => {
  for (const { destroy } of services.splice(0)) await destroy();
});

async function start(): Promise<{ service: ServiceProcess; origin: string }> {
  const service = startServiceProcess({
    DATABASE_URL: database.url,
    JWT_SECRET: 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA',
    LOG_LEVEL: 'info',
  });
  services.push(service);
  return { service, origin: (await service.ready()).origin };
}

describe('F6 DD1 a server that is killed', () => {
  const timeout = KILLS * 30_000;
  it(`at ${KILLS} moments while it writes loses nothing and halves nothing`, { timeout }, async () => {
    let { service, origin } = await start();
    const writers = await createWriters({ origin });
    for (let kill = 0; kill < KILLS; kill += 1) {
      writers.go();
      await writers.progress(1 + Math.floor(Math.random() * 30));
      service.signal('SIGKILL');
      await Promise.all([service.ended(), writers.stop()]);
      ({ service, origin } = await start());
      writers.aim(origin);
      // At once: what the killed one has left in the database may still be about to commit.
      await writers.settle();
      await expectKept(client, writers);
    }
    expect(writers.outcomes.filter(({ status }) => status === 0).length).toBeGreaterThan(KILLS);
  });
});

describe('F21 clients that hang up while they are served', () => {
  it('find what they asked for done or not done, and disturb nobody', async () => {
    const { service, origin } = await start();
    const patient = await createWriters({ origin, count: 2 });
    const impatient = await createWriters({ origin, patience: () => Math.floor(Math.random() * 30) });
    for (const writers of [patient, impatient]) writers.go();
    await impatient.progress(100);
    for (const writers of [patient, impatient]) await writers.stop();
    expect(impatient.outcomes.filter(({ status }) => status === 0).length).toBeGreaterThan(20);
    expect([...new Set(patient.outcomes.map(({ status }) => status))].sort()).toEqual([200, 201, 204]);

    impatient.endure();
    for (const writers of [patient, impatient]) {
      await writers.settle();
      await expectKept(client, writers);
    }
    expect(service.lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  });
});
