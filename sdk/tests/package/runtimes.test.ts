/** The packed package in everything that runs JavaScript without a browser, against the real server. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Consumer, createConsumer } from '../../scripts/consumer.ts';
import { arrived } from '../support/journey.js';
import { useRealServer } from '../support/real-server.ts';
import { bun, deno, nodes, type Runtime } from '../support/runtimes.ts';

const server = useRealServer();
let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer(inject('archive'));
  cpSync(join(import.meta.dirname, '../support/journey.js'), join(consumer.folder, 'journey.js'));
  consumer.write(
    'main.mjs',
    `import * as sdk from '@taskpact/sdk';
    import { journey } from './journey.js';
    console.log(JSON.stringify(await journey(sdk, process.argv[2])));`,
  );
  consumer.write(
    'main.cjs',
    `const sdk = require('@taskpact/sdk');
    import('./journey.js')
      .then(({ journey }) => journey(sdk, process.argv[2]))
      .then((result) => console.log(JSON.stringify(result)));`,
  );
  consumer.write(
    'both.mjs',
    `import { createRequire } from 'node:module';
    import * as esm from '@taskpact/sdk';
    const cjs = createRequire(import.meta.url)('@taskpact/sdk');
    const error = await new cjs.Taskpact({ baseUrl: 'http://127.0.0.1:9', retries: 0 }).health.live().catch((e) => e);
    console.log(JSON.stringify({
      separate: cjs.Taskpact !== esm.Taskpact,
      instance: error instanceof esm.ConnectionError,
      guard: esm.isTaskpactError(error, 'ConnectionError'),
    }));`,
  );
});
afterAll(() => consumer.remove());

const run = async (runtime: Runtime, program: string): Promise<unknown> =>
  JSON.parse(await runtime.run(consumer.folder, program, server.baseUrl));

/** In CI nothing is to be lost unnoticed: there `.ci/run` brings what is not installed. */
function skipOrFail(skip: (reason: string) => void, reason: string): void {
  if (process.env.CI === 'true') throw new Error(reason);
  skip(reason);
}

const cases = [
  ...nodes.flatMap((node) => [
    { runtime: node, program: 'main.mjs', how: 'as an ES module' },
    { runtime: node, program: 'main.cjs', how: 'as CommonJS' },
  ]),
  { runtime: deno, program: 'main.mjs', how: 'as an ES module' },
  { runtime: bun, program: 'main.mjs', how: 'as an ES module' },
  { runtime: bun, program: 'main.cjs', how: 'as CommonJS' },
];

describe('the package', () => {
  for (const { runtime, program, how } of cases) {
    test(`works in ${runtime.name} ${how}`, async ({ skip }) => {
      if (runtime.missing !== undefined) skipOrFail(skip, runtime.missing);
      expect(await run(runtime, program)).toEqual(arrived);
    });
  }

  test('recognises its errors when it is loaded twice', async () => {
    const [, node] = nodes;
    expect(node && (await run(node, 'both.mjs'))).toEqual({ separate: true, instance: false, guard: true });
  });
});
