/**
 * The contract as types: what a handler gets and what it may answer, derived from `generated/openapi.d.ts` alone.
 */
import type { components, operations } from '../../generated/openapi.d.ts';

export type Schemas = components['schemas'];
export type ProblemCode = Schemas['ProblemCode'];
export type OperationId = keyof operations;

/** A permission that the contract's security scheme declares, for example `tasks:read`. */
export type Scope = `${string}:${string}`;

export type Role = Schemas['UserRole'];

/** Who calls: the account that a verified token speaks for, and what the token may be used for. */
export interface Principal {
  readonly userId: string;
  /** The session of the token; null for one that has none: a personal token, or one of another issuer. */
  readonly sessionId: string | null;
  readonly scopes: readonly Scope[];
  /** When the user logged in to get the token, in seconds since 1970; null when no login came before it. */
  readonly authenticatedAt: number | null;
}

/** Who a token speaks for, and how that account stands. */
export interface Caller {
  readonly principal: Principal;
  readonly account: AccountState;
}

/** What of an account decides about its requests, whatever the token says. */
export interface AccountState {
  readonly role: Role;
  readonly emailVerified: boolean;
}

/** Where a request comes from, as far as the server can tell. */
export interface ClientInfo {
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Origin of the page that sends the request; browsers say so, others don't. */
  readonly origin: string | null;
}

type Responses<K extends OperationId> = operations[K]['responses'];

type Parameters<K extends OperationId, Place extends 'path' | 'query' | 'header' | 'cookie'> = [
  NonNullable<operations[K]['parameters'][Place]>,
] extends [never]
  ? Record<never, never>
  : NonNullable<operations[K]['parameters'][Place]>;

/** Header names in lower case, as Node reports them. */
type LowerCaseKeys<T> = { [Name in keyof T as Lowercase<Name & string>]: T[Name] };

type Body<K extends OperationId> = operations[K] extends { requestBody: { content: infer Content } }
  ? Content[keyof Content]
  : undefined;

/** An operation that can answer 403 is one that wants a scope or a role, so it has a principal; the contract's tests hold it to that. */
type PrincipalOf<K extends OperationId> = 403 extends keyof Responses<K> ? Principal : undefined;

/** A validated request. Defaults of the contract are filled in, parameters have their types. */
export interface Input<K extends OperationId> {
  readonly path: Parameters<K, 'path'>;
  readonly query: Parameters<K, 'query'>;
  readonly headers: LowerCaseKeys<Parameters<K, 'header'>>;
  readonly cookies: Parameters<K, 'cookie'>;
  readonly body: Body<K>;
  readonly principal: PrincipalOf<K>;
  readonly client: ClientInfo;
  /** Path and query as they were called, for links to the neighbourhood. */
  readonly url: string;
  /** The `X-Request-Id` of the answer. */
  readonly requestId: string;
}

/** What an error would be answered with, for answers that tell of several. */
export type DescribeProblem = (
  error: unknown,
  request: { readonly url: string; readonly requestId: string },
) => Schemas['Problem'];

type SuccessStatus = 200 | 201 | 202 | 204 | 304;

/** Headers that are not an operation's business. */
type HttpLayerHeader = 'X-Request-Id' | 'RateLimit' | 'RateLimit-Policy';

/** Documented headers that a handler gives. */
type ReplyHeaders<H> = {
  [Name in keyof H as string extends Name ? never : Name extends HttpLayerHeader ? never : Name]: H[Name];
};

type HeadersPart<R> = R extends { headers: infer H }
  ? keyof ReplyHeaders<H> extends never
    ? { readonly headers?: never }
    : Record<never, never> extends ReplyHeaders<H>
      ? { readonly headers?: ReplyHeaders<H> }
      : { readonly headers: ReplyHeaders<H> }
  : { readonly headers?: never };

/** A body; or, where the answer is a file to be kept, the text of its JSON piece by piece, however long it gets. */
type BodyPart<R> = R extends { content: { 'application/json': infer Json } }
  ? R extends { headers: { 'Content-Disposition': string } }
    ? { readonly stream: AsyncIterable<string> }
    : { readonly body: Json }
  : { readonly body?: never };

/** What a handler may answer: a documented success with its own headers and body. Failures are thrown. */
export type Reply<K extends OperationId> = {
  [S in Extract<keyof Responses<K>, SuccessStatus>]: { readonly status: S } & HeadersPart<Responses<K>[S]> &
    BodyPart<Responses<K>[S]>;
}[Extract<keyof Responses<K>, SuccessStatus>];

export type Handler<K extends OperationId> = (input: Input<K>) => Promise<Reply<K>>;

/** Total: an operation that is added to the contract does not compile until it has a handler. */
export type Handlers = { readonly [K in OperationId]: Handler<K> };
