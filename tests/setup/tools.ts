import { spawnSync } from 'node:child_process';

/**
 * Why tests that need a program of the system can't run here, to be said in their title; undefined when they can. In CI
 * it has to be there: its lack is a failure.
 *
 * @param args with which the program only tells about itself
 */
export function whyWithout(program: string, args: readonly string[] = ['--version']): string | undefined {
  if (spawnSync(program, args).status === 0) return undefined;
  if (process.env.CI === 'true') throw new Error(`CI has to have ${program}`);
  return `(skipped: there is no ${program} here)`;
}
