/**
 * `npm run bench:growth`: whether an account is served as fast when there are many more, and when it has many more tasks
 * itself. The same requests, one after the other, to servers with few tasks and with many, in turns; what counts is the
 * ratio. `--small` fills them with a hundredth, to see that it runs; `--huge` adds ten million tasks, and takes hours.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { giveTasks, populate } from '../tests/setup/many-tasks.ts';
import { lineChart } from './chart.ts';
import { createDatabase, createGround, type Ground, inDatabase, PRODUCTION } from './ground.ts';
import { markdownTable } from './markdown.ts';
import { type ServerProcess, startServer } from './processes.ts';
import { circumstances, publish } from './publish.ts';
import { readAccount, register } from './seed.ts';
import { quantile } from './statistics.ts';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    small: { type: 'boolean', default: false },
    huge: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const REQUESTS = Number(options.requests);
const ROUNDS = Number(options.rounds);
/** How much slower an account may be served that has not grown. */
const GOAL = 1.3;

interface Size {
  /** Users beside the two that are measured, and tasks of each. */
  readonly users: number;
  readonly tasksEach: number;
  /** Tasks of the one that is as large everywhere. */
  readonly usual: number;
  /** Tasks of the one that grows. */
  readonly most: number;
  /** How deep in its list the cursor points. */
  readonly depth: number;
}

const SIZES: readonly Size[] = options.small
  ? [
      { users: 1, tasksEach: 50, usual: 50, most: 200, depth: 100 },
      { users: 10, tasksEach: 50, usual: 50, most: 600, depth: 300 },
      { users: 50, tasksEach: 50, usual: 50, most: 2_000, depth: 1_000 },
    ]
  : [
      { users: 100, tasksEach: 100, usual: 1_000, most: 3_000, depth: 1_000 },
      { users: 1_000, tasksEach: 100, usual: 1_000, most: 20_000, depth: 10_000 },
      { users: 10_000, tasksEach: 100, usual: 1_000, most: 200_000, depth: 100_000 },
      ...(options.huge
        ? [{ users: 100_000, tasksEach: 100, usual: 1_000, most: 200_000, depth: 100_000 }]
        : []),
    ];

/** Something that is measured. */
interface Question {
  readonly name: string;
  /** Whether it has to go through all of the account's own tasks. */
  readonly growsWithOwn: boolean;
  ask(): Promise<void>;
}

/** A server with its accounts, and what it is asked. */
interface World {
  readonly ground: Ground;
  readonly questions: readonly Question[];
  close(): Promise<void>;
}

async function main(): Promise<void> {
  const worlds: World[] = [];
  try {
    for (const size of SIZES) {
      process.stderr.write(`filling ${total(size)} tasks\n`);
      worlds.push(await createWorld(size));
    }
    await report(worlds, await measure(worlds));
  } finally {
    for (const world of worlds) await world.close();
  }
}

async function createWorld(size: Size): Promise<World> {
  const ground = await createGround();
  let server: ServerProcess | undefined;
  const close = async (): Promise<void> => {
    await server?.stop();
    await ground.close();
  };
  try {
    const DATABASE_URL = await createDatabase(ground, 'growth');
    const environment = { ...PRODUCTION, DATABASE_URL };
    server = await startServer('src/main.ts', environment, join(ground.folder, 'log'));
    const origin = `http://127.0.0.1:${server.port}`;
    const usual = await register(origin, 'usual@example.com');
    const heavy = await register(origin, 'heavy@example.com');
    await inDatabase(DATABASE_URL, async (database) => {
      await populate(database, size);
      await giveTasks(database, [usual.id], size.usual);
      await giveTasks(database, [heavy.id], size.most);
      await database.raw('vacuum analyze');
    });
    const accounts = [await readAccount(origin, usual), await readAccount(origin, heavy)] as const;
    return { ground, questions: await questionsFor(...accounts, origin, size), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Account = Awaited<ReturnType<typeof readAccount>>;

async function questionsFor(
  usual: Account,
  heavy: Account,
  origin: string,
  { depth }: Size,
): Promise<Question[]> {
  const read = async ({ authorization }: Account, path: string) => {
    const response = await fetch(`${origin}/api/v1${path}`, { headers: { authorization } });
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as { items: { id: string }[]; next_cursor: string };
  };
  let deep = await read(heavy, '/tasks?size=100');
  for (let seen = 200; seen <= depth; seen += 100) {
    deep = await read(heavy, `/tasks?size=100&cursor=${deep.next_cursor}`);
  }
  const projects = await read(usual, '/projects');
  const question = (name: string, account: Account, path: string, growsWithOwn = false): Question => ({
    name,
    growsWithOwn,
    ask: async () => void (await read(account, path)),
  });
  return [
    question('one task', usual, `/tasks/${usual.task}`),
    question('first page', usual, '/tasks'),
    question('tasks of a project', usual, `/tasks?project_id=${projects.items[0]?.id}`),
    question('open tasks', usual, '/tasks?status=pending&status=in_progress'),
    question('by due date', usual, '/tasks?sort=due_at'),
    question('full text', usual, '/tasks?q=number%20word7'),
    question('statistics', usual, '/tasks/stats'),
    question('many tasks: second page by cursor', heavy, `/tasks?cursor=${heavy.cursor}`),
    question('many tasks: page deep in the list', heavy, `/tasks?cursor=${deep.next_cursor}`),
    question('many tasks: first page with total', heavy, '/tasks', true),
    question('many tasks: full text', heavy, '/tasks?q=number%20123', true),
  ];
}

/** Medians in milliseconds, by question and then by world. */
async function measure(worlds: readonly World[]): Promise<number[][]> {
  const medians: number[][] = [];
  for (const index of worlds[0]?.questions.keys() ?? []) {
    const times: number[][] = worlds.map(() => []);
    // The first round only warms up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [which, { questions }] of worlds.entries()) {
        for (let count = 0; count < REQUESTS / ROUNDS; count += 1) {
          const start = performance.now();
          await questions[index]?.ask();
          if (round > 0) times[which]?.push(performance.now() - start);
        }
      }
    }
    medians.push(times.map((own) => quantile(own, 0.5)));
  }
  return medians;
}

function total({ users, tasksEach, usual, most }: Size): number {
  return users * tasksEach + usual + most;
}

async function report(worlds: readonly World[], medians: readonly number[][]): Promise<void> {
  const [first] = worlds;
  if (first === undefined) return;
  const sizes = SIZES.map(
    (size) => `${total(size).toLocaleString('en')} tasks, ${size.users.toLocaleString('en')} users`,
  );
  const depths = SIZES.map(({ depth }) => depth.toLocaleString('en')).join(', ');
  const heads = ['Request, p50', ...sizes, 'Last to first', 'Goal'];
  const rows = first.questions.map(({ name, growsWithOwn }, index) => {
    const own = medians[index] ?? [];
    const ratio = (own.at(-1) ?? Number.NaN) / (own[0] ?? Number.NaN);
    const shown = ratio > GOAL ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2);
    return [name, ...own.map((median) => `${median.toFixed(2)} ms`), shown, growsWithOwn ? '' : `≤ ${GOAL}`];
  });
  const text = [
    `${await circumstances(first.ground)}, ${ROUNDS} rounds of ${REQUESTS / ROUNDS} requests in turns:`,
    markdownTable(heads, rows),
    `"Many tasks" is one account with ${SIZES.map(({ most }) => most.toLocaleString('en')).join(', ')} tasks, ` +
      `"deep" means ${depths} tasks behind the first; the other account has ${SIZES[0]?.usual} everywhere.`,
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  const lines = first.questions.map(({ name }, index) => ({
    label: name,
    points: SIZES.map((size, which) => [total(size), medians[index]?.[which] ?? Number.NaN] as const),
  }));
  const chart = lineChart('Median time of an answer, by tasks in all', 'ms', lines);
  if (options.write) await publish('growth', { text, chart });
}

await main();
