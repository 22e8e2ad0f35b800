import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ground, inDatabase } from './ground.ts';
import { ROOT } from './processes.ts';

/** When, of what and on what something is measured. */
export async function circumstances({ postgres }: Pick<Ground, 'postgres'>): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim();
  const commit = await git('rev-parse', '--short', 'HEAD');
  // What a bench writes itself does not count as a change.
  const changed =
    (await git('status', '--porcelain', 'src', 'openapi.yaml', 'migrations', 'package.json')) !== '';
  const { rows } = await inDatabase(postgres.url, (database) => database.raw('show server_version'));
  return [
    new Date().toISOString().slice(0, 10),
    `commit ${commit}${changed ? ' with changes' : ''}`,
    `Node ${process.versions.node}`,
    `PostgreSQL ${rows[0].server_version.split(' ')[0]}`,
    `${availableParallelism()} cores`,
  ].join(', ');
}

/**
 * Writes what was measured into README.md beside this file, between the comments with that name, and its picture to
 * `docs/<name>.svg`.
 *
 * @throws Error when the comments are missing
 */
export async function publish(
  name: string,
  { text, chart }: { text: string; chart?: string },
): Promise<void> {
  const file = join(import.meta.dirname, 'README.md');
  const [begin, end] = [`<!-- ${name}: written by a program -->`, `<!-- ${name}: end -->`];
  const page = await readFile(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}`);
  const picture = chart === undefined ? '' : `\n![${name}](../docs/${name}.svg)\n`;
  await writeFile(file, `${page.slice(0, from)}${begin}\n${text}\n${picture}${page.slice(to)}`);
  if (chart !== undefined) await writeFile(join(ROOT, 'docs', `${name}.svg`), chart);
}
