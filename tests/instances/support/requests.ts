export interface Call {
  readonly authorization?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the contract says, which other tests hold it to
  readonly body: any;
}

/** One request to an instance, or to the balancer. */
export async function call(
  { origin }: { readonly origin: string },
  method: string,
  path: string,
  { authorization, body, headers = {} }: Call = {},
): Promise<Reply> {
  const merge = method === 'PATCH' ? 'merge-patch+' : '';
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(body === undefined ? {} : { 'Content-Type': `application/${merge}json` }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** An account with the tokens of its first session. */
export interface Account {
  readonly email: string;
  readonly password: string;
  readonly authorization: string;
  readonly refreshToken: string;
}

let registered = 0;

/** Registers an account nobody else knows. */
export async function register(at: { readonly origin: string }): Promise<Account> {
  registered += 1;
  const body = {
    email: `user-${process.pid}-${registered}@example.com`,
    password: 'correct horse battery',
  };
  return { ...body, ...tokensOf(await call(at, 'POST', '/auth/register', { body })) };
}

/** What is needed of the answer to a login, a registration or a refresh. */
export function tokensOf({ status, body }: Reply): Pick<Account, 'authorization' | 'refreshToken'> {
  if (status !== 200 && status !== 201) throw new Error(`Answered ${status}: ${JSON.stringify(body)}`);
  return { authorization: `Bearer ${body.access_token}`, refreshToken: body.refresh_token };
}
