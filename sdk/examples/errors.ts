/** Telling errors apart: by code, by class, by what is known of the call. */
import { hasCode, isTaskpactError } from '@taskpact/sdk';
import { newUser } from './user.ts';

const client = await newUser();

try {
  await client.tasks.create({ title: '' });
} catch (error) {
  if (!isTaskpactError(error, 'ValidationError')) throw error;
  for (const { pointer, code, message } of error.errors) console.log(`${pointer} is ${code}: ${message}`);
}

try {
  await client.tasks.get('0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a');
} catch (error) {
  if (!hasCode(error, 'not_found')) throw error;
  console.log(
    `${error.problem?.detail} It was sent ${error.attempts} time(s), as request ${error.requestId}.`,
  );
}
