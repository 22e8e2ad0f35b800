import {
  hasParameter,
  isVersioned,
  jsonOf,
  nameOf,
  type Reading,
  type ReadOperation,
  type ReadResponse,
  successes,
  versionedSchemas,
} from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** Whether what is created has a path of its own, below the one it was sent to. */
function hasPlace({ path }: ReadOperation, { operations }: Reading): boolean {
  return operations.some(
    (o) => o.path.startsWith(`${path}/{`) && /^\/\{\w+\}$/.test(o.path.slice(path.length)),
  );
}

/** Whether it tells of what was created; by a 200 when it was there already. */
const tellsOfCreation = ({ method, responses }: ReadOperation, { status }: ReadResponse): boolean =>
  status === '201' || (status === '200' && method === 'post' && responses.some((r) => r.status === '201'));

const isConditionalList = (o: ReadOperation): boolean =>
  /^list[A-Z]/.test(o.id) && hasParameter(o, 'header', 'If-None-Match');

type Belongs = (operation: ReadOperation, response: ReadResponse, reading: Reading) => boolean;

/** To which answers a header belongs: it is with those, and with no other. Headers that are not here are free. */
const HEADERS: Readonly<Record<string, Belongs>> = {
  'X-Request-Id': () => true,
  Location: (o, response, reading) => tellsOfCreation(o, response) && hasPlace(o, reading),
  // What can be sent back in If-Match: the resource itself, unchanged, or as it is now; or a list, in If-None-Match.
  ETag: (o, response, reading) =>
    ['304', '412'].includes(response.status) ||
    isVersioned(reading, response) ||
    (response.status === '200' && isConditionalList(o)),
  'Idempotency-Replayed': (o, { status }) =>
    status.startsWith('2') && hasParameter(o, 'header', 'Idempotency-Key'),
  Link: (_, response, { resolve }) => 'page' in (resolve(jsonOf(response) ?? {}).properties ?? {}),
  'WWW-Authenticate': (_, { status }) => ['401', '403'].includes(status),
  'Retry-After': (_, { status }) => ['429', '503'].includes(status),
};

const tagOf = (o: ReadOperation): string =>
  `#/components/headers/${isConditionalList(o) ? 'ListETag' : 'ETag'}`;

/** A 202 has nothing to show yet: what comes of it comes by another way. */
const WITHOUT_BODY = ['202', '204', '304'];

export const answerRules: readonly Rule[] = [
  {
    says: 'answers failures with a problem, and nothing else with one',
    check: ({ operations }) =>
      operations.flatMap((o) =>
        o.responses.flatMap(({ status, content = {} }) => {
          const at = `${o.id} ${status}`;
          const types = Object.keys(content);
          if (!/^[45]/.test(status))
            return types.includes('application/problem+json') ? [`${at} is a problem`] : [];
          if (types.join() !== 'application/problem+json')
            return [`${at} has [${types}] instead of application/problem+json`];
          const isProblem = nameOf(content['application/problem+json']?.schema) === 'Problem';
          return isProblem ? [] : [`${at} is not a Problem`];
        }),
      ),
    breaks: {
      'getTask 404 has [application/json]': change('components/responses/NotFound/content', {
        'application/json': {},
      }),
      'getTask 404 is not a Problem': change('components/responses/NotFound/content', {
        'application/problem+json': { schema: { $ref: '#/components/schemas/Task' } },
      }),
      'getTask 200 is a problem': change('getTask/responses/200', {
        $ref: '#/components/responses/NotFound',
      }),
    },
  },
  {
    says: 'has a body in an answer exactly if the status has one',
    check: ({ operations }) =>
      operations.flatMap(({ id, responses }) =>
        responses
          .filter(({ status, content }) => WITHOUT_BODY.includes(status) === (content !== undefined))
          .map(({ status, content }) => `${id} ${status} has ${content === undefined ? 'no' : 'a'} body`),
      ),
    breaks: {
      'getTask 200 has no body': change('getTask/responses/200/content'),
      'deleteTask 204 has a body': change('components/responses/NoContent/content', {}),
      'requestPasswordReset 202 has a body': change('components/responses/Accepted/content', {}),
      'getTask 304 has a body': change('components/responses/NotModified/content', {}),
    },
  },
  {
    says: 'sends headers with the answers that they belong to, and no others',
    check: (reading) =>
      reading.operations.flatMap((o) =>
        o.responses.flatMap((response) =>
          Object.entries(HEADERS).flatMap(([header, belongs]) => {
            const isThere = header in (response.headers ?? {});
            if (isThere === belongs(o, response, reading)) return [];
            return [`${o.id} ${response.status}: ${header} is ${isThere ? 'too much' : 'missing'}`];
          }),
        ),
      ),
    breaks: {
      'getTask 200: X-Request-Id is missing': change('getTask/responses/200/headers/X-Request-Id'),
      'createTask 201: Location is missing': change('createTask/responses/201/headers/Location'),
      'registerUser 201: Location is too much': change('registerUser/responses/201/headers/Location', {}),
      'createTask 200: Location is missing': change('createTask/responses/200/headers/Location'),
      'listTasks 200: ETag is missing': change('listTasks/responses/200/headers/ETag'),
      'adminListUsers 200: ETag is too much': change('adminListUsers/responses/200/headers/ETag', {}),
      'createTag 201: Idempotency-Replayed is missing': change(
        'createTag/responses/201/headers/Idempotency-Replayed',
      ),
      'getTask 200: Idempotency-Replayed is too much': change(
        'getTask/responses/200/headers/Idempotency-Replayed',
        {},
      ),
      'updateTask 412: ETag is missing': change('components/responses/PreconditionFailed/headers/ETag'),
      'listTasks 200: Link is missing': change('listTasks/responses/200/headers/Link'),
      'getMe 401: WWW-Authenticate is missing': change(
        'components/responses/Unauthorized/headers/WWW-Authenticate',
      ),
      'getTask 503: Retry-After is missing': change(
        'components/responses/ServiceUnavailable/headers/Retry-After',
      ),
      'getTask 404: ETag is too much': change('components/responses/NotFound/headers/ETag', {}),
    },
  },
  {
    says: 'tells the entity tags of lists, which may be absent, from those of resources',
    check: ({ operations }) =>
      operations.flatMap((o) =>
        o.responses
          .filter(({ status, headers = {} }) => status === '200' && headers.ETag !== undefined)
          .filter(({ headers = {} }) => headers.ETag?.$ref !== tagOf(o))
          .map(({ status }) => `${o.id} ${status}: ETag is not ${tagOf(o)}`),
      ),
    breaks: {
      'listTasks 200: ETag is not #/components/headers/ListETag': change(
        'listTasks/responses/200/headers/ETag',
        { $ref: '#/components/headers/ETag' },
      ),
      'getTask 200: ETag is not #/components/headers/ETag': change('getTask/responses/200/headers/ETag', {
        $ref: '#/components/headers/ListETag',
      }),
    },
  },
  {
    says: 'promises no header that may be absent without saying when',
    check: ({ contract }) =>
      Object.entries(contract.components.headers)
        .filter(
          ([, { required, description }]) => required !== true && !/Absent|\bonly\b/.test(description ?? ''),
        )
        .map(([name]) => `header ${name} is promised, but not required`),
    breaks: {
      'header ETag is promised, but not required': change('components/headers/ETag/required'),
      'header SetCookie is promised, but not required': change(
        'components/headers/SetCookie/description',
        'The refresh token.',
      ),
    },
  },
  {
    says: 'creates with 201',
    check: ({ operations }) =>
      operations
        .filter((o) => /^(admin)?create/i.test(o.id))
        .filter((o) => !successes(o).some(({ status }) => status === '201'))
        .map((o) => `${o.id} does not answer 201`),
    breaks: { 'createTask does not answer 201': change('createTask/responses/201') },
  },
  {
    says: 'knows as CurrentResource whatever has a version',
    check: (reading) =>
      Object.entries(reading.contract.components.schemas)
        .filter(([, { properties = {} }]) => nameOf(properties.version) === 'Version')
        .filter(([name]) => !versionedSchemas(reading).includes(name))
        .map(([name]) => `${name} has a version, but is not in CurrentResource`),
    breaks: {
      'Task has a version, but is not in CurrentResource': change(
        'components/schemas/CurrentResource/oneOf/0',
      ),
    },
  },
];
