import {
  difference,
  hasParameter,
  isA,
  jsonOf,
  type Reading,
  type ReadOperation,
  successes,
} from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** What a page says beside its items, and how it is asked for. */
const PAGE_MEMBERS = ['items', 'total', 'page', 'size', 'pages'];
const PAGE_PARAMETERS = ['page', 'size'];
const CURSOR_MEMBER = 'next_cursor';
const CURSOR_PARAMETER = 'cursor';

const isList = ({ id }: ReadOperation): boolean => /^(admin)?list[A-Z]/i.test(id);

/** A list that takes any of the parameters of pages is a paged one; the others are short by nature and have only items. */
const isPaged = (o: ReadOperation): boolean =>
  [...PAGE_PARAMETERS, CURSOR_PARAMETER].some((name) => hasParameter(o, 'query', name));

/** People turn pages of a list for admins, in any order that they like; programs go through the other lists by cursor. */
const hasCursor = (o: ReadOperation): boolean => o['x-required-role'] === undefined;

const parametersOf = (o: ReadOperation): string[] => [
  ...PAGE_PARAMETERS,
  ...(hasCursor(o) ? [CURSOR_PARAMETER] : []),
];
const membersOf = (o: ReadOperation): string[] => [...PAGE_MEMBERS, ...(hasCursor(o) ? [CURSOR_MEMBER] : [])];

const schemaOf = ({ resolve }: Reading, o: ReadOperation) => resolve(successes(o).map(jsonOf)[0] ?? {});

export const listRules: readonly Rule[] = [
  {
    says: 'lists under `items`, and tells of the pages if there are any',
    check: (reading) =>
      reading.operations.filter(isList).flatMap((o) => {
        const { properties = {}, required = [] } = schemaOf(reading, o);
        const members = Object.keys(properties);
        const wanted = isPaged(o) ? membersOf(o) : ['items'];
        return [
          ...difference(members, wanted, `${o.id}:`),
          ...members
            .filter((name) => !required.includes(name))
            .map((name) => `${o.id}: ${name} may be absent`),
          ...(isA(reading.resolve(properties.items ?? {}), 'array') ? [] : [`${o.id}: items is no array`]),
        ];
      }),
    breaks: {
      'listTasks: next_cursor is missing': change('components/schemas/TaskList/properties/next_cursor'),
      'listTasks: links is too much': change('components/schemas/TaskList/properties/links', {}),
      'listTasks: total may be absent': change('components/schemas/TaskList/required', ['items']),
      'listTasks: items is no array': change('components/schemas/TaskList/properties/items', {
        type: 'object',
      }),
      'adminListUsers: total is missing': change('components/schemas/UserList/properties/total'),
      // Without parameters of pages it would be a short list.
      'listTasks: total is too much': change('listTasks/parameters', []),
    },
  },
  {
    says: 'takes all the parameters of pages or none, and the same ones everywhere',
    check: ({ operations }) => {
      const paged = operations.filter(isPaged);
      return paged.flatMap((o) =>
        parametersOf(o).flatMap((name) => {
          const of = (x: ReadOperation) =>
            JSON.stringify(x.parameters.find((p) => p.in === 'query' && p.name === name)?.schema);
          const first = paged.map(of).find((schema) => schema !== undefined);
          if (!hasParameter(o, 'query', name)) return [`${o.id} does not take ${name}`];
          return of(o) === first ? [] : [`${o.id} takes another ${name}`];
        }),
      );
    },
    breaks: {
      'listTasks does not take cursor': change('components/parameters/Cursor/name', 'after'),
      'adminListUsers does not take page': change('adminListUsers/parameters/4'),
      'listTasks takes another size': change('getMe/parameters', [
        { name: 'size', in: 'query', schema: { type: 'string' } },
      ]),
    },
  },
  {
    says: 'calls list what answers a list',
    check: (reading) =>
      reading.operations
        .filter((o) => o.method === 'get' && !isList(o))
        .filter((o) => 'items' in (schemaOf(reading, o).properties ?? {}))
        .map((o) => `${o.id} answers a list`),
    breaks: { 'getTasks answers a list': change('listTasks/operationId', 'getTasks') },
  },
];
