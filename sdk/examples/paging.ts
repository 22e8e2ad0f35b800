/** Item by item, page by page, as an array, and where it was left the other day. */
import { newUser } from './user.ts';

const client = await newUser();
for (let i = 1; i <= 25; i += 1) await client.tasks.create({ title: `Task ${i}` });

for await (const task of client.tasks.list()) {
  console.log(`The newest one is ${task.title}.`);
  break; // nothing further is fetched
}

const newest = await client.tasks.list().toArray({ limit: 3 });
console.log(newest.map(({ title }) => title).join(', '));

const firstPage = await client.tasks.list({ size: 10 });
console.log(`${firstPage.items.length} of ${firstPage.total}`);

// Keep it anywhere; it stays good.
const cursor = firstPage.next_cursor ?? undefined;
for await (const page of client.tasks.list({ size: 10, cursor }).pages()) {
  console.log(`${page.items.length} more`);
}
