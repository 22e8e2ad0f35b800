import { hostCookie, removedCookie } from '../contract/cookies.ts';
import type { Input, Schemas } from '../contract/types.ts';
import { InvalidInputError, InvalidRefreshTokenError } from '../errors.ts';
import type { IssuedTokens } from './sessions.service.ts';

/** How a request gets its refresh token to the server, and how the next one gets to the client. */
export interface TokenTransport {
  /** @throws InvalidInputError when the request brings none, or in another way */
  read(request: Pick<Input<'refreshSession'>, 'body' | 'cookies'>): string;
  /** What an answer that gives out tokens has. */
  deliver(issued: IssuedTokens): { readonly body: Schemas['TokenSet']; readonly headers?: CookieHeader };
  /** What an answer has that takes the token away. */
  readonly removal: { readonly headers?: CookieHeader };
  /** Makes a refusal of the token take it away. */
  refuse(error: unknown): never;
}

interface CookieHeader {
  readonly 'Set-Cookie': string;
}

/** Everything by which a request chooses its transport. */
type TransportInput = Pick<Input<'refreshSession'>, 'headers' | 'client'>;

const COOKIE: keyof Required<Input<'refreshSession'>['cookies']> = '__Host-taskpact_refresh';

/**
 * Chooses the transport that a request asks for.
 *
 * A browser sends the cookie by itself, whoever makes it send a request. So the cookie counts only beside a header that
 * pages of other origins can't send unless CORS lets them, and only for origins that it would let (OWASP: custom request
 * headers, and verifying the origin). Clients that are not browsers send no `Origin`.
 *
 * @param origins those whose pages may use the cookie
 */
export function tokenTransports(origins: readonly string[]) {
  /** @throws InvalidInputError when the page may not use the cookie */
  return ({ headers, client }: TransportInput): TokenTransport => {
    if (headers['token-transport'] !== 'cookie') return inBody;
    if (client.origin === null || origins.includes(client.origin)) return inCookie;
    const message = 'must not be cookie for pages of this origin';
    throw new InvalidInputError([{ parameter: 'token-transport', code: 'not_allowed', message }]);
  };
}

const inBody: TokenTransport = {
  read: ({ body }) => body.refresh_token ?? missing('is required'),
  deliver: ({ tokenSet }) => ({ body: tokenSet }),
  removal: {},
  refuse: (error) => {
    throw error;
  },
};

const inCookie: TokenTransport = {
  read: ({ body, cookies }) => {
    if (body.refresh_token !== undefined) {
      const message = 'must be left out where the token travels in a cookie';
      throw new InvalidInputError([{ pointer: '/refresh_token', code: 'not_allowed', message }]);
    }
    return cookies[COOKIE] ?? missing('is required, and there is no cookie');
  },
  deliver: ({ tokenSet, refreshTokenLife }) => ({
    body: { ...tokenSet, refresh_token: null },
    headers: { 'Set-Cookie': hostCookie(COOKIE, tokenSet.refresh_token, refreshTokenLife) },
  }),
  removal: { headers: { 'Set-Cookie': removedCookie(COOKIE) } },
  refuse: (error) => {
    throw error instanceof InvalidRefreshTokenError ? new InvalidRefreshTokenError(COOKIE) : error;
  },
};

function missing(message: string): never {
  throw new InvalidInputError([{ pointer: '/refresh_token', code: 'required', message }]);
}
