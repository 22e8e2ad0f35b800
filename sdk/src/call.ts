import { type BaseAPI, Configuration, type RequestOpts } from '../../generated/client/runtime.js';
import { toEntityTag } from './etag.ts';
import type { CallOptions, EntityTag } from './options.ts';
import { randomId } from './random.ts';
import { ApiPromise, type ApiResult, type ListPage, ListPromise } from './results.ts';
import type { Call, Transport } from './transport.ts';

/** Sends the calls of the resources. Opaque: what is behind it is not part of this package's interface. */
export interface Caller {
  readonly transport: Transport;
  /** Whether refresh tokens travel in a cookie. */
  readonly cookies?: boolean;
}

/** A class of the generated client. */
type ApiClass<Api extends BaseAPI> = new (configuration: Configuration) => Api;

/** Operations are the methods that have a twin which lays out the request without sending it. */
type OperationOf<Api> = {
  [Name in keyof Api & string]: `${Name}RequestOpts` extends keyof Api ? Name : never;
}[keyof Api & string];

type ParametersOf<Api, Operation extends string> = `${Operation}RequestOpts` extends keyof Api
  ? Api[`${Operation}RequestOpts`] extends (parameters: infer Parameters extends object) => unknown
    ? Parameters
    : object
  : object;

type ResultOf<Api, Operation extends keyof Api> = Api[Operation] extends (
  ...parameters: never[]
) => Promise<infer Result>
  ? Result
  : never;

/** Everything that an operation may take; its own signature says which of them it does take. */
interface AnyOptions extends CallOptions {
  readonly ifMatch?: EntityTag | object | undefined;
  readonly ifNoneMatch?: object | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * POSTs that the contract lets be sent again without an `Idempotency-Key`: if the answer to a refresh got lost, the same
 * token gets the same successor for a few seconds.
 */
const REPEATABLE_POSTS: readonly string[] = ['refreshSession'];

/** Any token: the generated client then shows by the header which operations want one. */
const configuration = /* @__PURE__ */ new Configuration({ accessToken: '-' });

/** Calls an operation of the generated client. */
export function call<Api extends BaseAPI, Operation extends OperationOf<Api>>(
  caller: Caller,
  Api: ApiClass<Api>,
  operation: Operation,
  parameters: ParametersOf<Api, Operation>,
  options?: AnyOptions,
): ApiPromise<ResultOf<Api, Operation>> {
  return new ApiPromise(send(caller, Api, operation, parameters, options));
}

/** Calls an operation of the generated client that answers a list in pages. */
export function callList<
  Api extends BaseAPI,
  Operation extends OperationOf<Api>,
  Item extends ResultOf<Api, Operation> extends ListPage<infer I> ? I : never,
>(
  caller: Caller,
  Api: ApiClass<Api>,
  operation: Operation,
  parameters: ParametersOf<Api, Operation>,
  options?: AnyOptions,
): ListPromise<Item, ResultOf<Api, Operation> & ListPage<Item>> {
  type Page = ResultOf<Api, Operation> & ListPage<Item>;
  const fetchPage = (position: object): Promise<ApiResult<Page>> =>
    send(caller, Api, operation, { ...parameters, ...position }, options);
  const after = (page: Page): Promise<Page> | undefined => {
    const position = positionAfter(page);
    return position && fetchPage(position).then(({ data }) => data);
  };
  return new ListPromise<Item, Page>(fetchPage({}), after);
}

/** What to ask for after this page: what its cursor says, or the next number where there are no cursors. */
function positionAfter({ next_cursor: cursor, page, pages }: ListPage<unknown>): object | undefined {
  if (cursor) return { page: undefined, cursor };
  return cursor === undefined && page && pages && page < pages ? { page: page + 1 } : undefined;
}

async function send<Result>(
  { transport, cookies }: Caller,
  Api: ApiClass<BaseAPI>,
  operation: string,
  parameters: object,
  options: AnyOptions = {},
): Promise<ApiResult<Result>> {
  const { ifMatch, ifNoneMatch, idempotencyKey, ...rest } = options;
  const api = new Api(configuration) as unknown as Record<
    string,
    (parameters: object) => Promise<RequestOpts>
  >;
  // The generated client drops what an operation does not take, so the contract decides which of these are sent.
  const request = await api[`${operation}RequestOpts`]?.({
    ...parameters,
    ifMatch: ifMatch === undefined ? undefined : toEntityTag(ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : toEntityTag(ifNoneMatch),
    idempotencyKey: idempotencyKey ?? randomId(),
    tokenTransport: cookies ? 'cookie' : undefined,
  });
  if (request === undefined) throw new TypeError(`The generated client does not know ${operation}.`);
  return (await transport(toCall(operation, request, ifNoneMatch, rest))) as ApiResult<Result>;
}

function toCall(
  operation: string,
  request: RequestOpts,
  known: object | undefined,
  options: CallOptions,
): Call {
  const { method, path, query = {}, body } = request;
  const { Authorization: wanted, ...headers } = request.headers;
  // Dots are segments of their own to `fetch`: an id of `..` would reach another operation.
  if (/\/(\.\.?)?(\/|$)/.test(path)) throw new TypeError(`${operation}: an id is empty or made of dots.`);
  const repeatable =
    method !== 'POST' || 'Idempotency-Key' in headers || REPEATABLE_POSTS.includes(operation);
  return {
    operation,
    method,
    path,
    query,
    headers,
    body,
    secured: wanted !== undefined,
    repeatable,
    cookies: headers['Token-Transport'] === 'cookie',
    known,
    options,
  };
}
