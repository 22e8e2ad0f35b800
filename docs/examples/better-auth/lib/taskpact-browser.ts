import { Taskpact } from '@taskpact/sdk';
import { createAuthClient } from 'better-auth/client';
import { jwtClient } from 'better-auth/client/plugins';

export const authClient = createAuthClient({
  baseURL: process.env.NEXT_PUBLIC_AUTH_URL,
  plugins: [jwtClient()],
});

let token: string | undefined;

/** Taskpact as the user of this page. A token is asked for once, and again when it has expired. */
export const taskpact = new Taskpact({
  baseUrl: process.env.NEXT_PUBLIC_TASKPACT_URL ?? 'http://localhost:4000',
  accessToken: async (refused) => {
    if (token === undefined || token === refused) token = (await authClient.token()).data?.token;
    return token;
  },
});

export async function signOut(): Promise<void> {
  token = undefined;
  await authClient.signOut();
}

/** Ends both accounts, and everything in them. Both want a login that is not old. */
export async function deleteAccount(): Promise<void> {
  await taskpact.me.delete();
  token = undefined;
  await authClient.deleteUser();
}
