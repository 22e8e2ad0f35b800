import { spawnSync } from 'node:child_process';

/** Runs git where the command was called. @throws Error when there is no git */
export function git(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const { status, stdout, error } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error !== undefined) throw new Error(`git can't be run: ${error.message}`);
  return { ok: status === 0, text: stdout };
}

/**
 * The newest release before this commit, or undefined when there is none.
 *
 * @throws Error when that can't be known
 */
export function lastRelease(): string | undefined {
  const { ok, text } = git('describe', '--tags', '--abbrev=0', '--match', 'v*');
  if (ok) return text.trim();
  const { ok: isRepository, text: isShallow } = git('rev-parse', '--is-shallow-repository');
  if (!isRepository) throw new Error('This is no git repository, so the last release is not known.');
  // Nothing found in half a history proves nothing.
  if (isShallow.trim() === 'true')
    throw new Error('This clone is shallow, so the last release is not known: fetch all of it, with tags.');
  return undefined;
}
