/** A goal was missed, or something is wrong: tells it, and lets the command end with exit code 1 when it is done. */
export function fail(why: string): void {
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}
