/** Giving up: after a time, or when the user does. */
import { isTaskpactError } from '@taskpact/sdk';
import { newUser } from './user.ts';

const client = await newUser();

const controller = new AbortController();
setTimeout(() => controller.abort(), 50);
try {
  // A user who leaves the page ends what it was doing, be it between two pages.
  for (;;) for await (const _task of client.tasks.list({}, { signal: controller.signal }));
} catch (error) {
  if (!isTaskpactError(error, 'AbortError')) throw error;
  console.log('The user has left.');
}

try {
  await client.tasks.list({}, { deadline: 0 });
} catch (error) {
  if (!isTaskpactError(error, 'TimeoutError')) throw error;
  console.log('There was no time at all.');
}
