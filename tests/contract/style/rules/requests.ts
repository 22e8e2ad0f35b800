import { hasParameter, isVersioned, nameOf, type ReadOperation, repeated } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** A reference that nothing is behind would be found by others; here the parameter itself is wanted. */
const IF_MATCH = { $ref: '#/components/parameters/IfMatch' };
const IDEMPOTENCY_KEY = { $ref: '#/components/parameters/IdempotencyKey' };

/**
 * Writes of a resource with a version that can't be made conditional. An account goes in whatever state it is: its owner
 * has logged in a moment ago to say so.
 */
const UNCONDITIONAL = ['deleteMe'];

/** What creates, and can't be repeated by key, and why. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  registerUser:
    'Its answer holds tokens, which may not be stored; sent again it is a 409, because the address is taken.',
  createAccessToken:
    'Its answer holds the token, which may not be stored; one that got lost is seen in the list.',
  adminCreateUser: 'Sent again it is a 409, because the address is taken.',
};
/** Creates, among other things. */
const CREATES_TOO = ['batchTasks'];

const namesInPath = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

export const requestRules: readonly Rule[] = [
  {
    says: 'declares exactly the parameters of each path, and none twice',
    check: ({ operations }) =>
      operations.flatMap(({ id, path, parameters }) => {
        const declared = parameters.filter((p) => p.in === 'path').map(({ name }) => name);
        const wanted = namesInPath(path);
        return [
          ...wanted
            .filter((name) => !declared.includes(name))
            .map((name) => `${id} does not declare ${name}`),
          ...declared
            .filter((name) => !wanted.includes(name))
            .map((name) => `${id}: ${name} is not in its path`),
          ...repeated(parameters.map((p) => `${p.in} ${p.name}`)).map((name) => `${id} has ${name} twice`),
          ...parameters
            .filter((p) => p.in === 'path' && p.required !== true)
            .map(({ name }) => `${id}: ${name} is not required`),
        ];
      }),
    breaks: {
      'getTask does not declare task_id': change('components/parameters/TaskId/name', 'id'),
      'getTask: id is not in its path': change('components/parameters/TaskId/name', 'id'),
      'listTasks has query page twice': change('components/parameters/Size/name', 'page'),
      'getTask: task_id is not required': change('components/parameters/TaskId/required', false),
    },
  },
  {
    says: 'takes a header in the same form wherever it is taken',
    check: ({ operations }) =>
      operations.flatMap(({ id, parameters }) =>
        operations
          .filter((other) => other.id < id)
          .flatMap((other) =>
            parameters
              .filter((p) => p.in === 'header')
              .filter((p) =>
                other.parameters.some(
                  (o) => o.name === p.name && o.in === p.in && JSON.stringify(o) !== JSON.stringify(p),
                ),
              )
              .map((p) => `${id} and ${other.id} take another ${p.name}`),
          ),
      ),
    breaks: {
      'updateTask and deleteTask take another If-Match': change('updateTask/parameters/0', {
        name: 'If-Match',
        in: 'header',
        schema: { type: 'string' },
      }),
    },
  },
  {
    says: 'takes a body that is required, and a merge patch with PATCH under both of its media types',
    check: ({ operations }) =>
      operations.flatMap(({ id, method, requestBody }) => {
        if (!requestBody) return method === 'patch' || method === 'put' ? [`${id} takes no body`] : [];
        const { 'application/json': json, 'application/merge-patch+json': patch } = requestBody.content;
        return [
          ...(requestBody.required === true ? [] : [`${id}: the body is not required`]),
          ...(json ? [] : [`${id} does not take application/json`]),
          ...((method === 'patch') === (patch !== undefined)
            ? []
            : [`${id}: application/merge-patch+json goes with PATCH`]),
          ...(patch && nameOf(patch.schema) !== nameOf(json?.schema)
            ? [`${id}: two schemas for one patch`]
            : []),
          ...(method === 'get' || method === 'delete' ? [`${id}: a ${method} takes no body`] : []),
        ];
      }),
    breaks: {
      'replaceTask takes no body': change('replaceTask/requestBody'),
      'createTask: the body is not required': change('createTask/requestBody/required'),
      'createTask does not take application/json': change('createTask/requestBody/content', {}),
      'updateTask: application/merge-patch+json goes with PATCH': change(
        'updateTask/requestBody/content',
        {},
      ),
      'updateMe: two schemas for one patch': change('updateMe/requestBody/content', {
        'application/json': { schema: { $ref: '#/components/schemas/User' } },
        'application/merge-patch+json': { schema: { $ref: '#/components/schemas/UserUpdate' } },
      }),
      'deleteTask: a delete takes no body': change('deleteTask/requestBody', {
        required: true,
        content: { 'application/json': {} },
      }),
    },
  },
  {
    says: 'has merge patches that can leave every field out and have no defaults, which would fill fields in',
    check: ({ operations, resolve }) =>
      operations.flatMap(({ id, method, requestBody }) => {
        if (method !== 'patch' || !requestBody) return [];
        const schema = resolve(requestBody.content['application/json']?.schema ?? {});
        return [
          ...(schema.required ?? []).map((field) => `${id} requires ${field}`),
          ...Object.entries(schema.properties ?? {})
            .filter(([, property]) => 'default' in resolve(property))
            .map(([field]) => `${id} has a default for ${field}`),
        ];
      }),
    breaks: {
      'updateTask requires title': change('components/schemas/TaskUpdate/required', ['title']),
      'updateTask has a default for title': change(
        'components/schemas/TaskUpdate/properties/title/default',
        'x',
      ),
      'updateTask has a default for status': change('components/schemas/TaskStatus/default', 'pending'),
    },
  },
  {
    says: 'lets a resource with a version be asked for and written conditionally',
    check: (reading) => {
      const { operations } = reading;
      const readsVersioned = (o: ReadOperation): boolean =>
        o.method === 'get' && o.responses.some((response) => isVersioned(reading, response));
      const versionedPaths = operations.filter(readsVersioned).map(({ path }) => path);
      return operations.flatMap((o) => {
        const isWrite =
          ['put', 'patch', 'delete'].includes(o.method) &&
          versionedPaths.includes(o.path) &&
          !UNCONDITIONAL.includes(o.id);
        const takes = (name: string, should: boolean): string[] =>
          should && !hasParameter(o, 'header', name) ? [`${o.id} does not take ${name}`] : [];
        return [...takes('If-None-Match', readsVersioned(o)), ...takes('If-Match', isWrite)];
      });
    },
    breaks: {
      'getTask does not take If-None-Match': change('getTask/parameters', []),
      'getMe does not take If-None-Match': change('getMe/parameters', [IF_MATCH]),
      'deleteTask does not take If-Match': change('deleteTask/parameters', []),
      'updateMe does not take If-Match': change('updateMe/parameters'),
    },
  },
  {
    says: 'takes an Idempotency-Key with what creates, and with nothing else, which does no harm when it is repeated',
    check: ({ operations }) =>
      operations.flatMap((o) => {
        const creates =
          CREATES_TOO.includes(o.id) ||
          (o.method === 'post' && o.responses.some(({ status }) => status === '201'));
        const takes = hasParameter(o, 'header', 'Idempotency-Key');
        if (takes === (creates && !(o.id in WITHOUT_KEY))) return [];
        return [takes ? `${o.id} takes Idempotency-Key` : `${o.id} does not take Idempotency-Key`];
      }),
    breaks: {
      'createTask does not take Idempotency-Key': change('createTask/parameters'),
      'batchTasks does not take Idempotency-Key': change('batchTasks/parameters'),
      'registerUser takes Idempotency-Key': change('registerUser/parameters', [IDEMPOTENCY_KEY]),
      'updateTag takes Idempotency-Key': change('updateTag/parameters', [IDEMPOTENCY_KEY]),
      // The status that says so was taken for another.
      'createProject takes Idempotency-Key': change('createProject/responses/201'),
    },
  },
];
