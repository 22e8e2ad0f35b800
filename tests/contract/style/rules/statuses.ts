import { hasParameter, type Reading, type ReadOperation, successes } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** Public operations that check credentials in the body, and so can answer 401. */
const CHECKS_CREDENTIALS = ['login', 'refreshSession'];
/** Operations that can clash with what is there already, other than by an Idempotency-Key. */
const CAN_CONFLICT = ['registerUser'];
/** Operations whose body holds what it changes to a version. */
const CONDITIONAL_BY_BODY = ['batchTasks'];
/** Answers as long as the process does, whatever is away. */
const NEEDS_NOTHING = ['getLiveness'];

const hasBody = (o: ReadOperation): boolean => o.requestBody !== undefined;
const writes = (o: ReadOperation): boolean => o.method !== 'get';
const never = (): boolean => false;

interface StatusRule {
  readonly status: string;
  /** Why an operation has to list it. */
  readonly reason: string;
  must(operation: ReadOperation, reading: Reading): boolean;
  /** Who else may. */
  may(operation: ReadOperation): boolean;
}

/** Which statuses an operation lists, and why. A status that is in no row may not be listed. */
const TABLE: readonly StatusRule[] = [
  { status: '304', reason: 'takes If-None-Match', must: takes('If-None-Match'), may: never },
  {
    status: '400',
    reason: 'has a body or path parameters',
    must: (o) => hasBody(o) || hasParameter(o, 'path'),
    may: never,
  },
  {
    status: '401',
    reason: 'is secured or checks credentials',
    must: (o) => !o.isPublic || CHECKS_CREDENTIALS.includes(o.id),
    may: never,
  },
  { status: '403', reason: 'needs a scope', must: (o) => o.scopes.length > 0, may: never },
  { status: '404', reason: 'has path parameters', must: (o) => hasParameter(o, 'path'), may: hasBody },
  {
    status: '409',
    reason: 'can conflict',
    must: (o) => CAN_CONFLICT.includes(o.id) || takes('Idempotency-Key')(o),
    may: writes,
  },
  {
    status: '412',
    reason: 'takes If-Match',
    must: (o) => takes('If-Match')(o) || CONDITIONAL_BY_BODY.includes(o.id),
    may: never,
  },
  { status: '413', reason: 'has a body', must: hasBody, may: never },
  { status: '415', reason: 'has a body', must: hasBody, may: never },
  { status: '422', reason: 'refuses unknown parameters', must: () => true, may: never },
  {
    status: '429',
    reason: 'is limited',
    must: (o) => o['x-rate-limit'] !== 'none',
    may: never,
  },
  { status: '500', reason: 'can have a fault', must: () => true, may: never },
  { status: '503', reason: 'needs something', must: (o) => !NEEDS_NOTHING.includes(o.id), may: never },
];

/** An operation that lists each status, and one that must not. */
const EXAMPLES: Readonly<Record<string, { readonly right?: string; readonly wrong?: string }>> = {
  304: { right: 'getTask', wrong: 'adminListUsers' },
  400: { right: 'getTask', wrong: 'listTasks' },
  401: { right: 'login', wrong: 'getHealth' },
  403: { right: 'getTask', wrong: 'login' },
  404: { right: 'deleteTask', wrong: 'listTasks' },
  409: { right: 'registerUser', wrong: 'getTask' },
  412: { right: 'updateTask', wrong: 'getTask' },
  413: { right: 'createTask', wrong: 'getTask' },
  415: { right: 'createTask', wrong: 'getTask' },
  422: { right: 'getHealth' },
  429: { right: 'createTask', wrong: 'getLiveness' },
  500: { right: 'getHealth' },
  503: { right: 'getHealth', wrong: 'getLiveness' },
};

function breaksOf(status: string, reason: string): Rule['breaks'] {
  const { right, wrong } = EXAMPLES[status] ?? {};
  return {
    ...(right && { [`${right} ${reason}, but does not list`]: change(`${right}/responses/${status}`) }),
    ...(wrong && {
      [`${wrong} lists ${status}`]: change(`${wrong}/responses/${status}`, { description: 'x' }),
    }),
  };
}

function takes(header: string): (o: ReadOperation) => boolean {
  return (o) => hasParameter(o, 'header', header);
}
function lists({ responses }: ReadOperation, status: string): boolean {
  return responses.some((response) => response.status === status);
}

export const statusRules: readonly Rule[] = [
  ...TABLE.map(
    ({ status, reason, must, may }): Rule => ({
      says: `lists ${status} where an operation ${reason}`,
      check: (reading) =>
        reading.operations.flatMap((o) => {
          if (lists(o, status)) {
            const isRight = must(o, reading) || may(o);
            return isRight ? [] : [`${o.id} lists ${status}, which goes with an operation that ${reason}`];
          }
          return must(o, reading) ? [`${o.id} ${reason}, but does not list ${status}`] : [];
        }),
      breaks: breaksOf(status, reason),
    }),
  ),
  {
    says: 'lists one success for each operation, a creation that can be repeated apart',
    check: ({ operations }) =>
      operations.flatMap((o) => {
        const statuses = successes(o).map(({ status }) => status);
        const isRepeatable = o.method === 'post' && statuses.join() === '200,201';
        return statuses.length === 1 || isRepeatable ? [] : [`${o.id} has the successes [${statuses}]`];
      }),
    breaks: {
      'getTask has the successes []': change('getTask/responses/200'),
      'getTask has the successes [200,204]': change('getTask/responses/204', { description: 'x' }),
    },
  },
  {
    says: 'lists no other status, `default` least of all',
    check: ({ operations }) => {
      const known = TABLE.map(({ status }) => status);
      return operations.flatMap(({ id, responses }) =>
        responses
          .filter(({ status }) => !/^2\d\d$/.test(status) && !known.includes(status))
          .map(({ status }) => `${id} lists ${status}`),
      );
    },
    breaks: {
      'getTask lists default': change('getTask/responses/default', { description: 'x' }),
      'getTask lists 4XX': change('getTask/responses/4XX', { description: 'x' }),
      'getTask lists 418': change('getTask/responses/418', { description: 'x' }),
    },
  },
];
