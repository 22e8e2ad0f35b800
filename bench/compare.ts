import type { Contestant, Contestants } from './contestants.ts';
import { type Ground, inDatabase } from './ground.ts';
import { measure } from './load.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface Pace {
  readonly rounds: number;
  /** Of each round. */
  readonly seconds: number;
  /** Seconds in which each gets warm before it is measured. */
  readonly warmUp: number;
}

/** What one contestant did in one round. */
export interface Result {
  /** Requests per second. */
  readonly rate: number;
  /** Microseconds of processor time that the server used for each; that of the database is not in it. */
  readonly cpu: number;
}

/** The rounds of one scenario. */
export interface Comparison {
  readonly scenario: Scenario;
  readonly base: readonly Result[];
  readonly taskpact: readonly Result[];
  /** Empty when there is no version before. */
  readonly before: readonly Result[];
}

const CONNECTIONS = 16;

/** One scenario, in turns: only neighbours mean anything on a machine that others use too. */
export async function compare(
  ground: Ground,
  scenario: Scenario,
  { taskpact, limit, before }: Contestants,
  { rounds, seconds, warmUp }: Pace,
): Promise<Comparison> {
  const beside = SCENARIOS.find(({ key }) => key === scenario.beside);
  const turns = {
    base: () => askFor(ground, beside ?? scenario, beside === undefined ? limit : taskpact),
    before: () => before && askFor(ground, scenario, before),
    taskpact: () => askFor(ground, scenario, taskpact),
  };
  const results = { base: [] as Result[], before: [] as Result[], taskpact: [] as Result[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of ['base', 'before', 'taskpact'] as const) {
      const ask = turns[name]();
      if (ask === undefined) continue;
      const result = await ask(round === 0 ? warmUp : seconds);
      if (round > 0) results[name].push(result);
    }
  }
  return { scenario, ...results };
}

/** The throughput of the first as a share of that of the second, which was measured just before or after. */
export function ratioOf(results: readonly Result[], base: readonly Result[]): Spread {
  return spreadOf(results.map(({ rate }, round) => rate / (base[round]?.rate ?? Number.NaN)));
}

/** @returns measures for so many seconds, and takes back what was written */
export function askFor(
  { folder }: Ground,
  scenario: Scenario,
  { server, databaseUrl, load }: Contestant,
): (seconds: number) => Promise<Result> {
  const { connections = CONNECTIONS, undo } = scenario;
  return async (seconds) => {
    const since = new Date().toISOString();
    const origin = `http://127.0.0.1:${server.port}`;
    const used = server.cpu();
    const rate = await measure({ origin, ...load(scenario), seconds, connections, folder });
    const cpu = (1e6 * (server.cpu() - used)) / (rate * seconds);
    if (undo !== undefined) {
      await inDatabase(databaseUrl, async (database) => {
        for (const statement of undo) await database.raw(statement, [since]);
        await database.raw('vacuum');
      });
    }
    return { rate, cpu };
  };
}
