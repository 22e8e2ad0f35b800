import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** File in which the test files note how many exchanges they had checked, a number a line. */
    readonly exchangesFile: string;
  }
}

/** Notes what the validating proxy of a test file has checked. */
export function noteExchanges(file: string, count: number): Promise<void> {
  return appendFile(file, `${count}\n`);
}

let folder = '';

export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'taskpact-exchanges-'));
  const file = join(folder, 'counts');
  await writeFile(file, '');
  project.provide('exchangesFile', file);
}

/** Says what has been checked in all of the run. */
export async function teardown(): Promise<void> {
  const counts = (await readFile(join(folder, 'counts'), 'utf8')).split('\n').map(Number);
  const sum = counts.reduce((one, other) => one + other, 0);
  if (sum > 0) console.log(`Exchanges with the server that the validating proxy has checked: ${sum}`);
  await rm(folder, { recursive: true });
}
