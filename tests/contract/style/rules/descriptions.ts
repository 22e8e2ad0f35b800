import { change, type Rule } from '../rule.ts';

const isSilent = ({ description }: { readonly description?: string | undefined }): boolean =>
  !description?.trim();

export const descriptionRules: readonly Rule[] = [
  {
    says: 'has operations, in OpenAPI 3.1.0',
    check: ({ contract, operations }) => [
      ...(contract.openapi === '3.1.0' ? [] : [`it is OpenAPI ${contract.openapi}`]),
      ...(operations.length > 0 ? [] : ['there are no operations']),
    ],
    breaks: {
      'it is OpenAPI 3.0.3': change('openapi', '3.0.3'),
      'there are no operations': change('paths', {}),
    },
  },
  {
    says: 'gives each operation a heading and a description that says more',
    check: ({ operations }) =>
      operations.flatMap(({ id, summary = '', description = '' }) => [
        ...(summary.trim() ? [] : [`${id} has no summary`]),
        ...(summary.trim().endsWith('.') ? [`${id}: the summary is a heading, without a full stop`] : []),
        ...(description.trim() ? [] : [`${id} has no description`]),
        ...(description.trim() && description.trim().replace(/\.$/, '') === summary.trim()
          ? [`${id}: the description says what the summary says`]
          : []),
      ]),
    breaks: {
      'getTask has no summary': change('getTask/summary'),
      'getTask: the summary is a heading': change('getTask/summary', 'Read a task.'),
      'getTask has no description': change('getTask/description', ' '),
      'getTask: the description says what the summary says': change('getTask/description', 'Read a task.'),
    },
  },
  {
    says: 'says what each schema and property is',
    check: ({ schemas, resolve }) =>
      schemas
        .filter(({ isNamed, schema }) => isNamed && isSilent(schema) && isSilent(resolve(schema)))
        .map(({ at }) => `${at} has no description`),
    breaks: {
      'Task has no description': change('components/schemas/Task/description'),
      'Health.uptime has no description': change(
        'components/schemas/Health/properties/uptime/description',
        '',
      ),
      // By reference: the property is silent when what it refers to is.
      'Task.title has no description': change('components/schemas/TaskTitle/description'),
    },
  },
  {
    says: 'says what each tag, parameter, header and answer is',
    check: ({ contract, operations }) => {
      const { parameters, headers } = contract.components;
      return [
        ...contract.tags.map((tag) => ({ ...tag, at: `tag ${tag.name}` })),
        ...Object.entries({ ...parameters, ...headers }).map(([at, node]) => ({ ...node, at })),
        ...operations.flatMap((operation) => [
          ...operation.responses.map((node) => ({ ...node, at: `${operation.id} ${node.status}` })),
          ...operation.parameters.map((node) => ({ ...node, at: `${operation.id} ${node.name}` })),
        ]),
      ]
        .filter(isSilent)
        .map(({ at }) => `${at} has no description`);
    },
    breaks: {
      'tag Tasks has no description': change('tags/2/description'),
      'IfMatch has no description': change('components/parameters/IfMatch/description'),
      'ETag has no description': change('components/headers/ETag/description'),
      'getTask 200 has no description': change('getTask/responses/200/description'),
      'getTask 404 has no description': change('components/responses/NotFound/description'),
    },
  },
];
