/** A backup of the embedded database while clients write, restored into a new folder, on which the server starts. */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runningServerUrl } from '../../src/db/embedded/running.ts';
import { expectKept } from '../faults/support/ledger.ts';
import { SETTINGS } from '../faults/support/service.ts';
import { createWriters } from '../faults/support/writers.ts';
import { withClient } from '../setup/databases.ts';
import {
  endEmbedded,
  runProcess,
  type ServiceProcess,
  startServiceProcess,
  temporaryFolder,
} from '../setup/service-process.ts';

const run = async (command: string, file: string, dataDir: string) => {
  const { ended, output } = runProcess('scripts/backup.ts', { DATA_DIR: dataDir }, { args: [command, file] });
  const { code } = await ended();
  return { code, ...output };
};

it('what was acknowledged before it is all there', { timeout: 300_000 }, async () => {
  const folder = await temporaryFolder();
  const services: ServiceProcess[] = [];
  const [old, fresh] = ['old', 'fresh'].map((name) => join(folder.path, name)) as [string, string];
  onTestFinished(async () => {
    for (const service of services) await service.destroy();
    for (const dataDir of [old, fresh]) await endEmbedded(dataDir);
    await folder.remove();
  });
  const start = async (dataDir: string): Promise<string> => {
    const service = startServiceProcess({ ...SETTINGS, DATA_DIR: dataDir });
    services.push(service);
    return (await service.ready()).origin;
  };
  const file = join(folder.path, 'tasks.backup');

  const origin = await start(old);
  const before = await createWriters({ origin, count: 3 });
  before.go();
  await before.progress(60);
  await before.stop();
  await before.settle();
  const meanwhile = await createWriters({ origin, count: 3 });
  meanwhile.go();
  await meanwhile.progress(10);
  const acknowledged = meanwhile.acknowledged;
  expect(await run('backup', file, old)).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^saved \d+ rows of \d+ tables in \d+ bytes\n$/),
    stderr: '',
  });
  expect(meanwhile.acknowledged).toBeGreaterThan(acknowledged);
  await meanwhile.stop();

  const occupied = await run('restore', file, old);
  expect([occupied.code, occupied.stderr]).toEqual([1, expect.stringContaining('in use by the process')]);
  expect(await run('restore', file, fresh)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^restored \d+ rows of \d+ tables as of 20/),
  });
  const restored = await start(fresh);
  await withClient(await runningServerUrl(fresh), (client) => expectKept(client, before));

  const headers = {
    authorization: before.creations[0]?.authorization ?? '',
    'content-type': 'application/json',
  };
  const list = await fetch(`${restored}/api/v1/tasks`, { headers });
  expect([list.status, ((await list.json()) as { total: number }).total]).toEqual([200, expect.any(Number)]);
  const after = await createWriters({ origin: restored, count: 2 });
  after.go();
  await after.progress(10);
  await after.stop();
  // To the server that went on nothing happened: a backup is a look at it and no more.
  await withClient(await runningServerUrl(old), async (client) => {
    for (const ledger of [before, meanwhile]) await expectKept(client, ledger);
  });
});
