import type { TestProject } from 'vitest/node';
import { parseOptions } from '../../../mock/src/options.ts';
import { type Mock, startMock } from '../../../mock/src/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the mock server; undefined where the tests are for a real one. */
    readonly mockUrl?: string;
  }
}

let mock: Mock | undefined;

/** The mock server for all of the run, with the defaults of its command line. */
export async function setup(project: TestProject): Promise<void> {
  const options = parseOptions(['--port', '0', '--quiet']);
  if (options === undefined) throw new Error('The defaults ask for help');
  mock = await startMock(options);
  project.provide('mockUrl', mock.url);
}

export async function teardown(): Promise<void> {
  await mock?.stop();
}
