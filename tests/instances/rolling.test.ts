/** F7 A new version comes: one instance after the other is ended and replaced, while clients write. */
import { expect, it } from 'vitest';
import { expectKept } from '../faults/support/ledger.ts';
import { createWriters } from '../faults/support/writers.ts';
import { complaints } from '../setup/service-process.ts';
import { serveInstances } from './support/instances.ts';

/** Longer than the balancer takes to notice, on a busy machine too. */
const instances = serveInstances(2, { SHUTDOWN_DELAY: '3s' });

it('a rolling restart fails no request and loses nothing that was acknowledged', {
  timeout: 180_000,
}, async () => {
  const { balancer } = instances;
  const writers = await createWriters({ origin: balancer.origin });
  writers.go();
  await writers.progress(100);
  const first = [...instances.all];
  for (const old of first) {
    const { port } = await instances.start();
    await writers.progress(50);
    expect(await instances.end(old)).toBe(0);
    // The newcomer has its share.
    const routed = balancer.routed.length;
    await writers.progress(50);
    expect(balancer.routed.slice(routed)).toContain(port);
  }
  await writers.stop();
  expect(writers.outcomes.filter(({ status }) => ![200, 201, 204].includes(status))).toEqual([]);
  const answered = writers.creations.filter(({ answer }) => answer !== undefined);
  expect(answered).toHaveLength(writers.creations.length);
  await writers.settle();
  await expectKept(instances.client, writers);
  for (const { service } of first) expect(complaints(service)).toEqual([]);
});
