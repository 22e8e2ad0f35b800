import { setTimeout as sleep } from 'node:timers/promises';
import { type Task, Taskpact } from '@taskpact/sdk';

const [baseUrl = '', email = '', password = ''] = process.argv.slice(2);
const client = new Taskpact({ baseUrl, retries: 10 });
await client.auth.login({ email, password });

for (let i = 1; i <= 250; i += 1) await client.tasks.create({ title: `Task ${i}` });

const seen = new Map<string, Task>();
for await (const page of client.tasks.list({ size: 50 }).pages()) {
  for (const task of page.items) seen.set(task.id, task);
  console.log(`read ${seen.size}`);
  if (page.next_cursor === null || seen.size >= 250) break;
  await sleep(1_000); // time for the server to restart, and for the access token to expire
}

const oldest: string | undefined = [...seen.values()].at(-1)?.title;
console.log(`${seen.size} tasks, the oldest of which is ${oldest}`);
