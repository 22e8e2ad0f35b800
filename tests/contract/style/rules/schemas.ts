import type { Schema } from '../document.ts';
import { isA, nameOf, type PlacedSchema, type Reading } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

/** Keywords that some tool of ours gets wrong, and what to write instead. */
const AVOID: Readonly<Record<string, string>> = {
  allOf: 'generated types become intersections; write the properties out',
  anyOf: "the client generator spreads its null to unrelated parameters; write type: [x, 'null'] or oneOf",
  nullable: "OpenAPI 3.0; write type: [x, 'null']",
  example: 'OpenAPI 3.0; write examples',
  readOnly: 'write separate schemas for requests and answers',
  writeOnly: 'write separate schemas for requests and answers',
  const: 'the client generator wants an enum with one value',
};

/** A rule that looks at one schema at a time. */
const each =
  (wrong: (placed: PlacedSchema) => string | false) =>
  ({ schemas }: Reading) =>
    schemas.flatMap((placed) => {
      const complaint = wrong(placed);
      return complaint === false ? [] : [`${placed.at} ${complaint}`];
    });

/** An object with any fields: a number of them, alike. */
const isMap = ({ properties, additionalProperties, maxProperties }: Schema): boolean =>
  properties === undefined && typeof additionalProperties === 'object' && maxProperties !== undefined;

const isBounded = ({ format, minimum, maximum }: Schema): boolean =>
  format !== undefined && minimum !== undefined && maximum !== undefined;

export const schemaRules: readonly Rule[] = [
  {
    says: 'names the schemas of bodies and answers, rather than writing them in place',
    check: ({ mediaTypes }) =>
      mediaTypes
        .filter(({ media }) => nameOf(media.schema) === undefined)
        .map(({ at }) => `${at} has no named schema`),
    breaks: {
      'createTask request application/json has no named schema': change('createTask/requestBody/content', {
        'application/json': { schema: { type: 'object' } },
      }),
    },
  },
  {
    says: 'closes its objects, and requires only what they have',
    check: ({ schemas }) =>
      schemas.flatMap(({ at, schema }) => [
        ...(isA(schema, 'object') && schema.additionalProperties !== false && !isMap(schema)
          ? [`${at} is open`]
          : []),
        ...(schema.required ?? [])
          .filter((name) => !(name in (schema.properties ?? {})))
          .map((name) => `${at} requires ${name}`),
      ]),
    breaks: {
      'Event.after is open': change('components/schemas/Event/properties/after/maxProperties'),
      'Task is open': change('components/schemas/Task/additionalProperties'),
      'TaskCreate requires due_at': change('components/schemas/TaskCreate/required', ['due_at']),
    },
  },
  {
    says: 'limits the length of strings',
    check: each(
      ({ schema }) =>
        isA(schema, 'string') &&
        schema.maxLength === undefined &&
        schema.enum === undefined &&
        'has neither maxLength nor enum',
    ),
    breaks: {
      'TaskTitle has neither': change('components/schemas/TaskTitle/maxLength'),
      'parameter or header Cursor has neither': change('components/parameters/Cursor/schema/maxLength'),
    },
  },
  {
    says: 'limits arrays and says what is in them',
    check: each(
      ({ schema }) => isA(schema, 'array') && !(schema.maxItems && schema.items) && 'lacks maxItems or items',
    ),
    breaks: {
      'TaskList.items lacks': change('components/schemas/TaskList/properties/items/maxItems'),
      'parameter or header StatusFilter lacks': change('components/parameters/StatusFilter/schema/items'),
    },
  },
  {
    says: 'limits numbers on both sides and says their format',
    check: each(
      ({ schema }) =>
        isA(schema, 'integer', 'number') && !isBounded(schema) && 'lacks format, minimum or maximum',
    ),
    breaks: {
      'Version lacks': change('components/schemas/Version/maximum'),
      'Health.uptime lacks': change('components/schemas/Health/properties/uptime/format'),
    },
  },
  {
    says: 'gives each schema a type, a reference or branches',
    check: each(
      ({ schema }) =>
        !schema.type && !schema.$ref && !schema.oneOf && 'has neither type, reference nor branches',
    ),
    breaks: { 'Task.title has neither': change('components/schemas/Task/properties/title', {}) },
  },
  {
    says: 'uses no keyword that some tool gets wrong, and null only beside something else',
    check: ({ schemas }) =>
      schemas.flatMap(({ at, schema }) => [
        ...Object.keys(AVOID)
          .filter((keyword) => keyword in schema)
          .map((keyword) => `${at}: ${keyword} (${AVOID[keyword]})`),
        ...(schema.type === 'null' && !at.includes('|') ? [`${at}: nothing but null`] : []),
      ]),
    breaks: {
      'Task: allOf': change('components/schemas/Task/allOf', []),
      'TaskTitle: example': change('components/schemas/TaskTitle/example', 'x'),
      'TaskTitle: nothing but null': change('components/schemas/TaskTitle/type', 'null'),
    },
  },
];
