import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './processes.ts';

const run = promisify(execFile);

export interface Checkout {
  readonly root: string;
  remove(): Promise<void>;
}

/** Another commit of this repository in a folder of its own, with the dependencies of this one. */
export async function checkoutOf(commit: string): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'taskpact-before-'));
  const root = join(folder, 'taskpact');
  const git = (...args: string[]) => run('git', args, { cwd: ROOT });
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await git('worktree', 'prune');
  };
  try {
    await git('worktree', 'add', '--detach', root, commit);
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    return { root, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
