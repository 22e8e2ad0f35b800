/** The server itself is killed while clients write, or the clients go away. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { complaints, type ServiceProcess, startServiceProcess, until } from '../setup/service-process.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { expectKept } from './support/ledger.ts';
import { SETTINGS } from './support/service.ts';
import { createWriters } from './support/writers.ts';

/** `FAULTS_LONG=1` is for the hundred that take minutes. */
const KILLS = process.env.FAULTS_LONG === '1' ? 100 : 20;

let database: TestDatabase;
const clients: pg.Client[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await database.drop();
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  clients.push(client);
  await client.connect();
  return client;
}

const services: ServiceProcess[] = [];
afterEach(async () => {
  for (const { destroy } of services.splice(0)) await destroy();
});

async function start(): Promise<{ service: ServiceProcess; origin: string }> {
  const service = startServiceProcess({ ...SETTINGS, DATABASE_URL: database.url });
  services.push(service);
  return { service, origin: (await service.ready()).origin };
}

describe('F6 DD1 a server that is killed', () => {
  const timeout = KILLS * 30_000;
  /** Two servers at the same time, because most of the time goes into their starts. */
  const LANES = 2;

  async function kill(times: number, own: pg.Client): Promise<number> {
    let { service, origin } = await start();
    const writers = await createWriters({ origin });
    for (let time = 0; time < times; time += 1) {
      writers.go();
      await writers.progress(1 + Math.floor(Math.random() * 30));
      service.signal('SIGKILL');
      await Promise.all([service.ended(), writers.stop()]);
      ({ service, origin } = await start());
      writers.aim(origin);
      // At once: what the killed one has left in the database may still be about to commit.
      await writers.settle();
      await expectKept(own, writers);
    }
    return writers.outcomes.filter(({ status }) => status === 0).length;
  }

  it(`at ${KILLS} moments while it writes loses nothing and halves nothing`, { timeout }, async () => {
    const lanes = Array.from({ length: LANES }, async () => kill(KILLS / LANES, await connect()));
    const cut = await Promise.all(lanes);
    expect(Math.min(...cut)).toBeGreaterThan(KILLS / LANES);
  });
});

describe('F21 clients that hang up while they are served', () => {
  it('find what they asked for done or not done, and disturb nobody', async () => {
    const { service, origin } = await start();
    const patient = await createWriters({ origin, count: 2 });
    const impatient = await createWriters({ origin, patience: () => Math.floor(Math.random() * 30) });
    for (const writers of [patient, impatient]) writers.go();
    const unanswered = (): number => impatient.outcomes.filter(({ status }) => status === 0).length;
    await until(() => unanswered() >= 100, 'clients have hung up');
    await patient.progress(10);
    for (const writers of [patient, impatient]) await writers.stop();
    // On a busy machine what was given up can take all connections to the database for longer than others wait.
    expect(patient.outcomes.filter(({ status }) => ![200, 201, 204, 503].includes(status))).toEqual([]);

    impatient.endure();
    const client = await connect();
    for (const writers of [patient, impatient]) {
      await writers.settle();
      await expectKept(client, writers);
    }
    expect(complaints(service)).toEqual([]);
  });
});
