import { Taskpact } from '@taskpact/sdk';
import { auth } from './auth';

/** Taskpact as the user who sent these headers. Make one for each request; never share it between users. */
export function taskpactFor(headers: Headers): Taskpact {
  return new Taskpact({
    baseUrl: process.env.TASKPACT_URL ?? 'http://localhost:4000',
    accessToken: async () => (await auth.api.getToken({ headers })).token,
  });
}
