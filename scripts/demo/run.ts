/**
 * Fills an account with a believable year of tasks, through the API, with the SDK.
 *
 *   npm run demo -- [--url http://localhost:3000] [--email demo@example.com] [--password …] [--seed 1]
 *
 * The server has to be running. An account that is not there is registered; one that has tasks is left alone. The same seed
 * makes the same year, up to today. The API keeps its own time: whatever was due over the year was created and completed
 * just now, a week after the other. Exit code 0: done. 1: it is not, and why.
 */
import { parseArgs } from 'node:util';
import { hasCode, Taskpact } from '@taskpact/sdk';
import { fillAccount } from './fill.ts';

function parseCommand() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: process.env.TASKPACT_URL ?? 'http://localhost:3000' },
      email: { type: 'string', default: 'demo@example.com' },
      password: { type: 'string', default: 'a believable year of tasks' },
      seed: { type: 'string', default: '1' },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error('--seed is not a whole number');
  return { ...values, seed };
}

async function main(): Promise<string> {
  const { url, email, password, seed } = parseCommand();
  // Patient with a server that counts requests: it says how long to wait (`Retry-After`).
  const client = new Taskpact({ baseUrl: url, retries: 20, deadline: 10 * 60_000 });
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  await client.auth.register({ email, password, timezone }).catch((error: unknown) => {
    if (!hasCode(error, 'email_taken')) throw error;
    return client.auth.login({ email, password });
  });
  const { projects, tags, tasks, completed } = await fillAccount(client, seed, localDate(new Date()));
  await client.auth.logout();
  return (
    `${email} has ${projects} projects, ${tags} tags and ${tasks} tasks now, ${completed} of them completed ` +
    '(just now: the API notes when, not you).'
  );
}

function localDate(now: Date): string {
  const [month, day] = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${now.getFullYear()}-${month}-${day}`;
}

try {
  console.log(await main());
} catch (error) {
  console.error(`The demo can't go on: ${(error as Error).message}`);
  process.exitCode = 1;
}
