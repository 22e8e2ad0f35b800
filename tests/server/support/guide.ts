import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { whyWithout } from '../../setup/tools.ts';

const run = promisify(execFile);
/** Where guides have their server. */
const SHOWN = 'http://localhost:3000';
/** Milliseconds. */
const LIMIT = 50_000;

/** Why commands of guides can't be run here; undefined when they can. */
export function whyNoCommands(): string | undefined {
  return whyWithout('bash') ?? whyWithout('curl');
}

/**
 * Runs the commands that a guide of `docs/` shows, as they stand there, one after the other in one shell. Rejects at the
 * first that fails.
 *
 * @param origin of the server that they speak to, in place of the one that is shown
 * @returns the lines that they have printed
 */
export async function runGuide(name: string, origin: string): Promise<string[]> {
  const guide = await readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code);
  const script = blocks.join('\n').replaceAll(SHOWN, origin);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { timeout: LIMIT });
  return stdout.trim().split('\n');
}
