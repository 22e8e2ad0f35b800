import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder belongs to the run: workers are children of the process that runs the set-up. */
const RUN = process.env.VITEST_POOL_ID === undefined ? process.pid : process.ppid;

/** What the test files of a run note for those that run last: lines, each of which counts once. */
export function runRecords(kind: string) {
  const folder = join(tmpdir(), `taskpact-${kind}-${RUN}`);
  return {
    clear: async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
    },

    remove: (): Promise<void> => rm(folder, { recursive: true, force: true }),

    /** To one file for each worker, so that none waits for another. */
    save: async (lines: Iterable<string>): Promise<void> => {
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, `${process.pid}.txt`), [...lines, ''].join('\n'));
    },

    read: async (): Promise<ReadonlySet<string>> => {
      const files = await readdir(folder).catch(() => []);
      const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      return new Set(texts.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
    },
  };
}
