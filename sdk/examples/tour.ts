import { hasCode, Taskpact } from '@taskpact/sdk';

const client = new Taskpact({ baseUrl: process.env.TASKPACT_URL ?? 'http://localhost:3000' });
const credentials = { email: 'ada@example.com', password: 'correct horse battery' };

await client.auth.register(credentials).catch((error) => {
  if (!hasCode(error, 'email_taken')) throw error;
  return client.auth.login(credentials);
});

const task = await client.tasks.create({ title: 'Buy milk', priority: 'high' });
await client.tasks.update(task.id, { status: 'in_progress', description: null }, { ifMatch: task });

for await (const { title, status } of client.tasks.list({ status: ['pending', 'in_progress'] })) {
  console.log(`${title} (${status})`);
}

await client.tasks.delete(task.id);
await client.auth.logout();
