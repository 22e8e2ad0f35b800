/** Changing what others change too, without overwriting them. */
import { isTaskpactError, type Task } from '@taskpact/sdk';
import { newUser } from './user.ts';

const client = await newUser();

/** Puts a note under the task's description, whatever has happened to the task since it was read. */
async function addNote(task: Task, note: string): Promise<Task> {
  for (let known = task; ; ) {
    try {
      const description = [known.description, note].filter(Boolean).join('\n');
      return await client.tasks.update(known.id, { description }, { ifMatch: known });
    } catch (error) {
      if (!isTaskpactError(error, 'PreconditionFailedError') || error.current === undefined) throw error;
      known = error.current as Task;
    }
  }
}

const task = await client.tasks.create({ title: 'Buy milk' });
await Promise.all(
  ['The blue carton.', 'Two of them.', 'Oat, if there is any.'].map((note) => addNote(task, note)),
);
console.log((await client.tasks.get(task.id)).description);
