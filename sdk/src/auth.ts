import type {
  LoginCredentials,
  RefreshRequest,
  TokenSet,
  UserRegister,
} from '../../generated/client/models/index.js';
import type { Caller } from './call.ts';
import { isCookieMissing, type Session } from './credentials.ts';
import { AuthResource } from './generated/resources.ts';
import { ApiPromise, type ApiResult } from './results.ts';

/** What the contract lets the operation take, which a caller of the override may give as well. */
type OptionsOf<Method extends 'register' | 'login' | 'refresh' | 'logout'> = Parameters<
  AuthResource[Method]
>[1];

/** Create an account, log in, keep a session alive and end it. The client's token store follows. */
export class Auth extends AuthResource {
  readonly #session: Session;

  constructor(caller: Caller, session: Session) {
    super(caller);
    this.#session = session;
  }

  override register(body: UserRegister, options?: OptionsOf<'register'>): ApiPromise<TokenSet> {
    return this.#keep(super.register(body, options));
  }

  override login(body: LoginCredentials, options?: OptionsOf<'login'>): ApiPromise<TokenSet> {
    return this.#keep(super.login(body, options));
  }

  /**
   * Prolongs the session: `POST /api/v1/auth/refresh`. Hardly ever needed, as calls do it by themselves when their access
   * token has expired.
   *
   * @param body Another refresh token than the stored one; not with `cookies`.
   * @throws UnauthenticatedError when the session is over; the stored tokens are then gone as well
   * @throws TypeError when there is no refresh token
   */
  override refresh(body?: RefreshRequest, options?: OptionsOf<'refresh'>): ApiPromise<TokenSet> {
    if (body !== undefined) return this.#keep(super.refresh(body, options));
    const refresh = async (): Promise<ApiResult<TokenSet>> => {
      const result = await this.#session.refresh();
      if (result === undefined) throw new TypeError('There is no refresh token: log in first.');
      return result;
    };
    return new ApiPromise(refresh());
  }

  /**
   * Ends the session: `POST /api/v1/auth/logout`. The stored tokens are gone even if the server can't be reached; then
   * the session there lives until it expires, and so does its cookie.
   *
   * @param body Another refresh token than the stored one; not with `cookies`.
   */
  override logout(body?: RefreshRequest, options?: OptionsOf<'logout'>): ApiPromise<void> {
    if (body !== undefined) return super.logout(body, options);
    return new ApiPromise(this.#logout(options));
  }

  async #logout(options?: OptionsOf<'logout'>): Promise<ApiResult<void>> {
    const request = await this.#session.request();
    await this.#session.forget();
    try {
      if (request !== undefined) return await super.logout(request, options).withResponse();
    } catch (error) {
      if (!isCookieMissing(error)) throw error;
    }
    throw new TypeError('There is no session to end.');
  }

  /** Stores the tokens before the caller sees them, so that the next call has them. */
  #keep(tokens: ApiPromise<TokenSet>): ApiPromise<TokenSet> {
    const stored = tokens.withResponse().then(async (result) => {
      await this.#session.store.set(result.data);
      return result;
    });
    return new ApiPromise(stored);
  }
}
