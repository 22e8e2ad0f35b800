/** A user for the other examples. */
import { Taskpact } from '@taskpact/sdk';

export const baseUrl = process.env.TASKPACT_URL ?? 'http://localhost:3000';

/** Credentials that nobody has used yet. */
export const credentials = () => ({
  email: `example-${crypto.randomUUID()}@example.com`,
  password: 'correct horse battery',
});

/** A client that a new user is logged in with. */
export async function newUser(): Promise<Taskpact> {
  const client = new Taskpact({ baseUrl });
  await client.auth.register(credentials());
  return client;
}
