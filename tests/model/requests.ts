import type { RawClient } from '../setup/http.ts';
import type { TestUser } from '../setup/test-app.ts';

const API = '/api/v1';

/** Items of a page, more than one run makes. */
export const MOST = 100;

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of any operation, which the checks look into
  readonly body: any;
}

/** Sends one user's request. */
export type Send = (method: string, path: string, body?: object) => Promise<Reply>;

export function sendAs(client: RawClient, { authorization }: TestUser): Send {
  return async (method, path, given) => {
    const { status, text } = await client.send({
      method,
      path: `${API}${path}`,
      headers: {
        Authorization: authorization,
        ...(given === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    });
    return { status, body: text === '' ? undefined : JSON.parse(text) };
  };
}
