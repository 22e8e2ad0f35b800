import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack } from '../../scripts/consumer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the packed package. */
    readonly archive: string;
  }
}

let folder = '';

/** Builds and packs the package once for the run. */
export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'taskpact-pack-'));
  project.provide('archive', await pack(folder));
}

export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
