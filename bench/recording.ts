import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { inDatabase } from './ground.ts';
import { type LoadRequest, NUMBER } from './load.ts';
import type { SentStatement } from './probe.ts';
import type { ServerProcess } from './processes.ts';
import type { Scenario } from './scenarios.ts';
import type { Account } from './seed.ts';

/** What Taskpact sends to the database for one request of a scenario. */
export interface Recording {
  readonly statements: readonly SentStatement[];
  /** Milliseconds since 1970: what is younger was made for the request. */
  readonly since: number;
}

/** Everything that the limit knows. */
export interface Recordings {
  readonly recordings: ReadonlyMap<string, Recording>;
  /** Whose request was recorded. */
  readonly recorded: Account;
  readonly accounts: readonly Account[];
}

/** Stands for the number in a body, and for the version of a task before and after: where they are found, others come. */
export const SENTINELS = { number: '91827364', version: '734501', next: '734502' };

/**
 * Asks each scenario once and notes the statements, so that the limit sends what Taskpact sends, whatever that is today.
 *
 * @param server with the probe
 */
export async function record(
  server: ServerProcess,
  databaseUrl: string,
  scenarios: readonly Scenario[],
  accounts: readonly Account[],
): Promise<Buffer> {
  const [recorded] = accounts;
  if (recorded === undefined) throw new Error('There is no account');
  await mailsAreOut(databaseUrl);
  const recordings = new Map<string, Recording>();
  for (const { key, status, request } of scenarios) {
    const asked = request(recorded);
    // Who somebody is gets remembered; that is no part of the work that is compared. Another number, so that the second
    // request changes something.
    await send(server, status, asked, '10000000');
    await inDatabase(databaseUrl, (database) =>
      database('tasks')
        .where({ user_id: recorded.id, id: recorded.task })
        .update({ version: SENTINELS.version }),
    );
    const since = Date.now();
    await server.ask('record');
    await send(server, status, asked, SENTINELS.number);
    const statements = (await server.ask('recorded')).filter(({ text }) => !text.includes(QUEUES));
    recordings.set(key, { statements, since });
  }
  return serialize({ recordings, recorded, accounts } satisfies Recordings);
}

/** The schema of the queues, which the worker asks now and then. */
const QUEUES = 'pgboss.';

/** Milliseconds. */
const LONGEST_WAIT = 60_000;

/** What the worker does for those who have registered must not be taken for a part of a request. */
async function mailsAreOut(databaseUrl: string): Promise<void> {
  await inDatabase(databaseUrl, async (database) => {
    const waiting = database('pgboss.job_common')
      .where({ name: 'mail' })
      .whereIn('state', ['created', 'retry', 'active']);
    const deadline = Date.now() + LONGEST_WAIT;
    while ((await waiting.clone().first('id')) !== undefined) {
      if (Date.now() > deadline) throw new Error('Mails are not sent');
      await sleep(100);
    }
  });
}

export function readRecordings(file: Buffer): Recordings {
  return deserialize(file);
}

async function send(
  server: ServerProcess,
  status: number,
  asked: LoadRequest,
  number: string,
): Promise<void> {
  const { method, path, headers, body } = asked;
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: body.replace(NUMBER, number) }),
  });
  if (response.status !== status) {
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }
}
