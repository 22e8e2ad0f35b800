/**
 * `npm run bench`: Taskpact beside the limit, which sends the same statements to the same rows of the same embedded
 * PostgreSQL, in turns. README.md beside this file tells what the options are for.
 */
import { parseArgs } from 'node:util';
import { checkoutOf } from './checkout.ts';
import { askFor, type Comparison, compare, ratioOf } from './compare.ts';
import { type Contestants, startContestants } from './contestants.ts';
import { createGround, type Ground } from './ground.ts';
import { client } from './load.ts';
import { profileReport } from './profile.ts';
import { circumstances, publish } from './publish.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { chartOf, tableOf } from './table.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    'warm-up': { type: 'string', default: '8' },
    only: { type: 'string' },
    against: { type: 'string' },
    profile: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const pace = {
  rounds: Number(options.rounds),
  seconds: Number(options.seconds),
  warmUp: Number(options['warm-up']),
};
/** Seconds. */
const PROFILED = 5;

async function main(): Promise<void> {
  const scenarios = chosen(options.only);
  const before = options.against === undefined ? undefined : await checkoutOf(options.against);
  try {
    const ground = await createGround();
    try {
      const contestants = await startContestants(ground, { before: before?.root, probe: options.profile });
      try {
        await run(ground, contestants, scenarios);
      } finally {
        await contestants.stop();
      }
    } finally {
      await ground.close();
    }
  } finally {
    await before?.remove();
  }
}

function chosen(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return only.split(',').map((wanted) => {
    const scenario = SCENARIOS.find(({ key }) => key === wanted);
    if (scenario !== undefined) return scenario;
    throw new Error(`There is no scenario ${wanted}, but ${SCENARIOS.map(({ key }) => key).join(', ')}`);
  });
}

async function run(ground: Ground, contestants: Contestants, scenarios: readonly Scenario[]): Promise<void> {
  const comparisons: Comparison[] = [];
  for (const scenario of scenarios) {
    const comparison = await compare(ground, scenario, contestants, pace);
    comparisons.push(comparison);
    process.stderr.write(
      `${scenario.name}: ${ratioOf(comparison.taskpact, comparison.base).median.toFixed(2)}\n`,
    );
    if (options.profile) await profile(ground, scenario, contestants);
  }
  const memory = `${Math.round(contestants.taskpact.server.memory() / 1e6)} MB`;
  const text = [
    `${await circumstances(ground)}, ${client}, ${pace.rounds} rounds of ${pace.seconds} s in turns:`,
    tableOf(comparisons, options.against),
    `Resident memory of the Taskpact process afterwards: ${memory}.`,
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (options.write) await publish('bench', { text, chart: chartOf(comparisons) });
}

/** In a round of its own, for measuring costs time. */
async function profile(ground: Ground, scenario: Scenario, { taskpact }: Contestants): Promise<void> {
  await taskpact.server.ask('profile');
  await askFor(ground, scenario, taskpact)(PROFILED);
  const report = profileReport(await taskpact.server.ask('profiled'));
  process.stdout.write(`\nProfile of "${scenario.name}"\n${report}\n\n`);
}

await main();
