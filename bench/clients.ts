import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ground } from './ground.ts';
import type { LoadRequest } from './load.ts';
import type { Orders, Outcome } from './open-loop.ts';
import { canPin, ROOT } from './processes.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Account } from './seed.ts';

/** Lets the clients of `open-loop.ts` ask, in a process of their own. */
export async function askSteadily({ folder }: Ground, orders: Orders): Promise<Outcome> {
  const file = join(folder, 'orders.json');
  await writeFile(file, JSON.stringify(orders));
  const script = [process.execPath, join(ROOT, 'bench/open-loop.ts'), file];
  const [program = '', ...parameters] = canPin ? ['taskset', '-c', '1', ...script] : script;
  return JSON.parse((await promisify(execFile)(program, parameters)).stdout);
}

/** @param keys of scenarios; those that come more than once are asked for more often */
export function mixOf(keys: readonly string[], account: Account): LoadRequest[] {
  return keys.flatMap((wanted) => {
    const scenario = SCENARIOS.find(({ key }) => key === wanted);
    if (scenario === undefined) throw new Error(`There is no scenario ${wanted}`);
    return [scenario.request(account)];
  });
}
