import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the test files note which statuses they saw; one file for each worker, so that none waits for another. The
 * folder belongs to the run: workers are children of the process that runs the set-up.
 */
const RUN = process.env.VITEST_POOL_ID === undefined ? process.pid : process.ppid;
const FOLDER = join(tmpdir(), `taskpact-statuses-${RUN}`);

/** `METHOD path-template status`, for example `GET /api/v1/tasks/{task_id} 404`. */
export type StatusRecord = `${string} ${string} ${number}`;

export async function clearRecords(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
}

export async function saveRecords(records: Iterable<StatusRecord>): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await appendFile(join(FOLDER, `${process.pid}.txt`), [...records, ''].join('\n'));
}

export async function readRecords(): Promise<ReadonlySet<string>> {
  const files = await readdir(FOLDER).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(FOLDER, file), 'utf8')));
  return new Set(texts.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
}
