import type { RefreshRequest, TokenSet } from '../../generated/client/models/index.js';
import { isTaskpactError } from './guards.ts';
import type { ApiResult } from './results.ts';

type Awaitable<T> = T | Promise<T>;

/** What has to be known of a session; more is kept if it is there. */
export type Tokens = Pick<TokenSet, 'access_token'> & Partial<TokenSet>;

/** Keeps the tokens of a session: in memory, in `localStorage`, in a file, in a cookie of a server-side session ... */
export interface TokenStore {
  get(): Awaitable<Tokens | null | undefined>;
  /** A session began or was prolonged. */
  set(tokens: TokenSet): Awaitable<void>;
  /** The session is over: logged out, or refused by the server. */
  clear(): Awaitable<void>;
}

/** Keeps tokens for as long as the program runs. */
export function memoryTokenStore(initial?: Tokens): TokenStore {
  let tokens = initial;
  return {
    get: () => tokens,
    set: (next) => {
      tokens = next;
    },
    clear: () => {
      tokens = undefined;
    },
  };
}

/**
 * An access token, or a function that gets one. The function is asked before every request; after a 401 once more, with
 * the token that was refused, so that it can get another one.
 */
export type AccessTokenSource = string | ((refused?: string) => Awaitable<string | null | undefined>);

/** Where calls get their access token. */
export interface Credentials {
  current(): Promise<string | undefined>;
  /** A token to try after this one was refused; undefined when there is none. */
  renew(refused: string): Promise<string | undefined>;
}

export function fromSource(source: AccessTokenSource): Credentials {
  const get = async (refused?: string): Promise<string | undefined> =>
    (typeof source === 'string' ? source : await source(refused)) ?? undefined;
  return {
    current: () => get(),
    renew: async (refused) => {
      const token = await get(refused);
      return token === refused ? undefined : token;
    },
  };
}

/** The tokens of a log-in, prolonged when they expire. */
export class Session implements Credentials {
  readonly store: TokenStore;
  readonly #cookies: boolean;
  readonly #exchange: (request: RefreshRequest) => Promise<ApiResult<TokenSet>>;
  #refreshing: Promise<ApiResult<TokenSet> | undefined> | undefined;
  /** Whether an empty store says nothing: a page that was loaded anew may still have the cookie. */
  #mayHaveCookie: boolean;

  /** @param cookies whether the refresh token is in a cookie, and not in the store */
  constructor(
    store: TokenStore,
    cookies: boolean,
    exchange: (request: RefreshRequest) => Promise<ApiResult<TokenSet>>,
  ) {
    this.store = store;
    this.#cookies = cookies;
    this.#mayHaveCookie = cookies;
    this.#exchange = exchange;
  }

  async current(): Promise<string | undefined> {
    const token = await this.#stored();
    if (token !== undefined || !this.#mayHaveCookie) return token;
    await this.#tryToRefresh();
    return this.#stored();
  }

  async renew(refused: string): Promise<string | undefined> {
    const token = await this.#stored();
    // Somebody else has renewed it while the answer was under way.
    if (token !== refused) return token;
    await this.#tryToRefresh();
    const renewed = await this.#stored();
    return renewed === refused ? undefined : renewed;
  }

  /** Exchanges the refresh token, once for all who ask meanwhile. Undefined when there is none. */
  refresh(): Promise<ApiResult<TokenSet> | undefined> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** What brings the refresh token to the server; undefined when there is none. */
  async request(): Promise<RefreshRequest | undefined> {
    if (this.#cookies) return {};
    const refresh_token = (await this.store.get())?.refresh_token ?? undefined;
    return refresh_token === undefined ? undefined : { refresh_token };
  }

  /** Whatever comes of it at the server, the session is over here. */
  async forget(): Promise<void> {
    this.#mayHaveCookie = false;
    await this.store.clear();
  }

  async #stored(): Promise<string | undefined> {
    return (await this.store.get())?.access_token;
  }

  /** If the session is over, the store will tell. */
  async #tryToRefresh(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      if (!isTaskpactError(error, 'UnauthenticatedError')) throw error;
    }
  }

  async #refresh(): Promise<ApiResult<TokenSet> | undefined> {
    const [request, before] = [await this.request(), await this.#stored()];
    if (request === undefined) return undefined;
    // While we waited, the user may have logged out or in, or another tab may have refreshed: then that is what counts.
    const isCurrent = async (): Promise<boolean> => (await this.#stored()) === before;
    try {
      const result = await this.#exchange(request);
      this.#mayHaveCookie = false;
      if (await isCurrent()) await this.store.set(result.data);
      return result;
    } catch (error) {
      const isMissing = isCookieMissing(error);
      if (!isMissing && !isTaskpactError(error, 'UnauthenticatedError')) throw error;
      this.#mayHaveCookie = false;
      if (await isCurrent()) await this.store.clear();
      if (isMissing) return undefined;
      throw error;
    }
  }
}

/** Whether the server got no refresh token: a script can't see whether there is a cookie, so it has to ask. */
export function isCookieMissing(error: unknown): boolean {
  return (
    isTaskpactError(error, 'ValidationError') &&
    error.errors.some(({ pointer, code }) => pointer === '/refresh_token' && code === 'required')
  );
}
