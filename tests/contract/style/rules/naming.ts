import type { Parameter, Schema } from '../document.ts';
import { nameOf, type Reading, repeated } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const PASCAL_CASE = /^[A-Z][a-z0-9]*([A-Z]+[a-z0-9]*)*$/;
const CAMEL_CASE_OF_TWO = /^[a-z]+([A-Z][a-z0-9]*)+$/;
/** Scopes have a colon, orders of a sort a minus. */
const ENUM_VALUE = /^-?[a-z][a-z0-9]*([_:][a-z0-9]+)*$/;

/** Names that everybody knows, though they have no noun. */
const WITHOUT_NOUN = ['login', 'logout'];
/** Values that another standard spells, or that are the name of a file's format. */
const SPELT_ELSEWHERE = ['Bearer', 'taskpact-export'];
/** Binds a cookie to the host and to https (RFC 6265bis section 4.1.3.2). */
const COOKIE_PREFIX = '__Host-';
/** Ids that are not of a resource of ours, and no UUIDs. */
const FOREIGN_IDS = ['Problem.request_id', 'PasswordGrant.client_id'];

/** An id, or a word that stands for one; a pattern says so, because clients make one type of it. */
const ID_OR_WORD = /^\^\([a-z]+\|\[0-9a-fA-F]\{8}\(-\[0-9a-fA-F]\{4}\)\{3}-\[0-9a-fA-F]\{12}\)\$$/;

/** How an operationId starts, by method; a POST can be anything. `admin` may stand before it. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  get: ['get', 'list', 'export'],
  put: ['replace', 'change', 'set'],
  patch: ['update'],
  delete: ['delete', 'revoke'],
};

function verbOf(id: string): string {
  const name = id.replace(/^admin(?=[A-Z])/, '');
  return (/^[A-Z]?[a-z]+/.exec(name)?.[0] ?? '').toLowerCase();
}

/** Properties and parameters under their names. */
function named({ contract, schemas }: Reading): { at: string; name: string; schema: Schema }[] {
  return [
    ...schemas.flatMap(({ at, schema: { properties = {} } }) =>
      Object.entries(properties).map(([name, schema]) => ({ at: `${at}.${name}`, name, schema })),
    ),
    ...Object.entries(contract.components.parameters).map(([key, { name, schema = {} }]) => ({
      at: `parameter ${key}`,
      name,
      schema,
    })),
  ];
}

function hasFormat({ resolve }: Reading, schema: Schema, format: string): boolean {
  const resolved = resolve(schema);
  return [resolved, ...(resolved.oneOf ?? []).map(resolve)].some((branch) => branch.format === format);
}

const plainName = ({ in: place, name }: Parameter): string =>
  place === 'cookie' ? name.replace(COOKIE_PREFIX, '') : name;

export const namingRules: readonly Rule[] = [
  {
    says: 'names operations with a unique verb and noun in camelCase',
    check: ({ operations }) => [
      ...operations.flatMap(({ id, method }) => {
        if (WITHOUT_NOUN.includes(id)) return [];
        if (!CAMEL_CASE_OF_TWO.test(id)) return [`${id} is not a verb and a noun in camelCase`];
        const usual = VERBS[method];
        return usual && !usual.includes(verbOf(id))
          ? [`${id} is a ${method}: start with ${usual.join(' or ')}`]
          : [];
      }),
      ...repeated(operations.map(({ id }) => id)).map((id) => `${id} is there twice`),
    ],
    breaks: {
      'create_task is not a verb and a noun': change('createTask/operationId', 'create_task'),
      'fetchTask is a get: start with get or list': change('getTask/operationId', 'fetchTask'),
      'getTask is there twice': change('getMe/operationId', 'getTask'),
      'get /api/v1/me is not a verb and a noun': change('getMe/operationId'),
    },
  },
  {
    says: 'puts each operation under one declared tag, and uses every tag',
    check: ({ contract, operations }) => {
      const declared = contract.tags.map(({ name }) => name);
      const used = operations.flatMap(({ tags = [] }) => tags);
      return [
        ...operations.flatMap(({ id, tags = [] }) => [
          ...(tags.length === 1 ? [] : [`${id} has ${tags.length} tags`]),
          ...tags.filter((tag) => !declared.includes(tag)).map((tag) => `${id}: tag ${tag} is not declared`),
        ]),
        ...declared.filter((tag) => !used.includes(tag)).map((tag) => `tag ${tag} is not used`),
        ...repeated(declared).map((tag) => `tag ${tag} is declared twice`),
      ];
    },
    breaks: {
      'createTask has 2 tags': change('createTask/tags', ['Tasks', 'Me']),
      'createTask has 0 tags': change('createTask/tags'),
      'createTask: tag Chores is not declared': change('createTask/tags', ['Chores']),
      'tag Chores is not used': change('tags/0', { name: 'Chores', description: 'x' }),
      'tag Me is declared twice': change('tags/0', { name: 'Me', description: 'x' }),
    },
  },
  {
    says: 'has paths of lower-case words below /api/v1, health excepted',
    check: ({ contract }) =>
      Object.keys(contract.paths).flatMap((path) => [
        ...(/^\/(api\/v1|health)(\/|$)/.test(path) ? [] : [`${path} is not below /api/v1`]),
        ...path
          .split('/')
          .slice(1)
          .filter((part) => !/^([a-z0-9]+(-[a-z0-9]+)*|\{[a-z_]+\})$/.test(part))
          .map((part) => `${path}: "${part}"`),
      ]),
    breaks: {
      '/tasks is not below': change('paths', { '/tasks': {} }),
      '/api/v1/taskLists: "taskLists"': change('paths', { '/api/v1/taskLists': {} }),
      '/api/v1/tasks/: ""': change('paths', { '/api/v1/tasks/': {} }),
    },
  },
  {
    says: 'names properties and parameters in snake_case, headers excepted',
    check: (reading) => [
      ...named(reading)
        .filter(({ at }) => !at.startsWith('parameter '))
        .filter(({ name }) => !SNAKE_CASE.test(name))
        .map(({ at }) => at),
      ...reading.operations.flatMap(({ id, parameters }) =>
        parameters
          .filter((p) => p.in !== 'header' && !SNAKE_CASE.test(plainName(p)))
          .map((p) => `${id}: ${p.in} parameter ${p.name}`),
      ),
    ],
    breaks: {
      'refreshSession: cookie parameter taskpactRefresh': change(
        'components/parameters/RefreshCookie/name',
        'taskpactRefresh',
      ),
      'listTasks: query parameter __Host-size': change('components/parameters/Size/name', '__Host-size'),
      'Task.dueAt': change('components/schemas/Task/properties/dueAt', { type: 'string' }),
      'listTasks: query parameter pageSize': change('components/parameters/Size/name', 'pageSize'),
    },
  },
  {
    says: 'names components in PascalCase',
    check: ({ contract }) =>
      Object.entries(contract.components)
        .filter(([kind]) => kind !== 'securitySchemes')
        .flatMap(([kind, all]) => Object.keys(all).map((name) => ({ at: `${kind}.${name}`, name })))
        .filter(({ name }) => !PASCAL_CASE.test(name))
        .map(({ at }) => at),
    breaks: {
      'schemas.task_list': change('components/schemas/task_list', { type: 'string' }),
      'responses.notFound': change('components/responses/notFound', {}),
    },
  },
  {
    says: 'writes the values of enums in snake_case',
    check: ({ schemas }) =>
      schemas.flatMap(({ at, schema }) =>
        (schema.enum ?? [])
          .map(String)
          .filter((value) => !SPELT_ELSEWHERE.includes(value) && !ENUM_VALUE.test(value))
          .map((value) => `${at}: ${value}`),
      ),
    breaks: {
      'TaskStatus: inProgress': change('components/schemas/TaskStatus/enum/1', 'inProgress'),
      'UserRole: ADMIN': change('components/schemas/UserRole/enum/1', 'ADMIN'),
    },
  },
  {
    says: 'keeps names in *_at for instants',
    check: (reading) =>
      named(reading)
        .filter(({ name, schema }) => name.endsWith('_at') && !hasFormat(reading, schema, 'date-time'))
        .map(({ at }) => `${at} is no date-time`),
    breaks: {
      'Task.updated_at is no date-time': change('components/schemas/Task/properties/updated_at', {
        type: 'integer',
      }),
      'Task.created_at is no date-time': change('components/schemas/Timestamp/format'),
    },
  },
  {
    says: 'has one schema for ids, which are UUIDs',
    check: (reading) =>
      named(reading)
        .filter(({ at, name }) => /(^|_)id$/.test(name) && !FOREIGN_IDS.includes(at))
        .filter(({ at, schema }) => !(at.startsWith('parameter ') && ID_OR_WORD.test(schema.pattern ?? '')))
        .flatMap(({ at, schema }) => [
          ...(hasFormat(reading, schema, 'uuid') ? [] : [`${at} is no UUID`]),
          // Beside null, the id can't be a reference alone.
          ...(nameOf(schema) !== undefined || schema.oneOf !== undefined || Array.isArray(schema.type)
            ? []
            : [`${at} writes out what an id is`]),
        ]),
    breaks: {
      'Task.user_id is no UUID': change('components/schemas/Task/properties/user_id', { type: 'integer' }),
      'parameter ProjectFilter is no UUID': change(
        'components/parameters/ProjectFilter/schema/pattern',
        '^(none|[0-9a-f-]{36})$',
      ),
      'Task.parent_id is no UUID': change('components/schemas/Task/properties/parent_id', {
        type: 'string',
        pattern: '^(none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$',
      }),
      'parameter TaskId writes out what an id is': change('components/parameters/TaskId/schema', {
        type: 'string',
        format: 'uuid',
      }),
    },
  },
];
