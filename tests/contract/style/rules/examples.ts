import { createSchemaChecker, type SchemaChecker } from '../../../setup/schema-checker.ts';
import type { Schema } from '../document.ts';
import { nameOf, type Reading } from '../reading.ts';
import { change, type Rule } from '../rule.ts';

function faults(check: SchemaChecker, at: string, schema: Schema, value: unknown): string[] {
  try {
    return check(schema, value).map(
      ({ instancePath, message }) => `${at}: ${instancePath || '/'} ${message} (${JSON.stringify(value)})`,
    );
  } catch (error) {
    return [`${at}: ${(error as Error).message}`];
  }
}

/** The places of named schemas that the examples of bodies and answers show, found by going through both together. */
function shownPlaces(reading: Reading, check: SchemaChecker): Set<string> {
  const { contract, mediaTypes, examplesOf } = reading;
  const shown = new Set<string>();
  const walk = (at: string, schema: Schema, value: unknown): void => {
    if (at !== '') shown.add(at);
    const name = nameOf(schema);
    const target = name === undefined ? undefined : contract.components.schemas[name];
    if (name !== undefined && target !== undefined) walk(name, target, value);
    const { properties = {}, items, oneOf = [] } = schema;
    for (const [key, property] of Object.entries(properties)) {
      const member = (value as Record<string, unknown> | null)?.[key];
      if (member !== undefined) walk(`${at}.${key}`, property, member);
    }
    if (items && Array.isArray(value)) for (const item of value) walk(`${at}[]`, items, item);
    for (const [i, branch] of oneOf.entries()) {
      if (faults(check, '', branch, value).length === 0) walk(`${at}|${i}`, branch, value);
    }
  };
  for (const { media } of mediaTypes) {
    for (const [, value] of examplesOf(media)) walk('', media.schema ?? {}, value);
  }
  return shown;
}

const isScalar = ({ type }: Schema): boolean =>
  [type ?? []].flat().some((each) => ['string', 'integer', 'number', 'boolean'].includes(each));

export const exampleRules: readonly Rule[] = [
  {
    says: 'has valid examples in its schemas, and one of its own in each scalar',
    check: ({ contract, schemas }) => {
      const check = createSchemaChecker(contract);
      return schemas.flatMap(({ at, schema, isNamed }) => [
        ...(schema.examples ?? []).flatMap((value, i) => faults(check, `${at} example ${i}`, schema, value)),
        ...(isNamed && isScalar(schema) && !schema.examples?.length ? [`${at} has no example`] : []),
      ]);
    },
    breaks: {
      'TaskTitle has no example': change('components/schemas/TaskTitle/examples'),
      'Health.uptime has no example': change('components/schemas/Health/properties/uptime/examples', []),
      'TaskTitle example 0: / must NOT have fewer than 1 characters': change(
        'components/schemas/TaskTitle/examples/0',
        '',
      ),
      // A keyword with a typo would else mean nothing.
      'TaskTitle example 0: strict mode: unknown keyword: "maxLenght"': change(
        'components/schemas/TaskTitle/maxLenght',
        5,
      ),
      'Uuid example 0: unknown format "uiud"': change('components/schemas/Uuid/format', 'uiud'),
    },
  },
  {
    says: 'shows each named schema and property in an example, its own or that of a body or an answer',
    check: (reading) => {
      const shown = shownPlaces(reading, createSchemaChecker(reading.contract));
      return reading.schemas
        .filter(({ at, schema, isNamed }) => isNamed && !schema.examples?.length && !shown.has(at))
        .filter(({ schema }) => !reading.resolve(schema).examples?.length)
        .map(({ at }) => `${at} is in no example`);
    },
    breaks: {
      'Chores is in no example': change('components/schemas/Chores', { type: 'object' }),
      'Task.chores is in no example': change('components/schemas/Task/properties/chores', { type: 'array' }),
      'Problem.current is in no example': change(
        'components/responses/PreconditionFailed/content/application~1problem+json/example/current',
      ),
    },
  },
  {
    says: 'has a valid example for each body and answer',
    check: ({ contract, mediaTypes, examplesOf }) => {
      const check = createSchemaChecker(contract);
      return mediaTypes.flatMap(({ at, media }) => {
        const examples = examplesOf(media);
        if (examples.length === 0) return [`${at} has no example`];
        return examples.flatMap(([name, value]) => faults(check, `${at} ${name}`, media.schema ?? {}, value));
      });
    },
    breaks: {
      'createTask request application/json has no example': change(
        'createTask/requestBody/content/application~1json/examples',
        {},
      ),
      'responses.NotFound application/problem+json has no example': change(
        'components/responses/NotFound/content/application~1problem+json/example',
      ),
      "createTask request application/json minimal: / must have required property 'title'": change(
        'createTask/requestBody/content/application~1json/examples/minimal/value',
        {},
      ),
      'getTask 200 application/json task: /status must be equal to one of the allowed values': change(
        'components/examples/Task/value/status',
        'lost',
      ),
    },
  },
  {
    says: 'has a valid example for each parameter and header',
    check: ({ contract, operations }) => {
      const check = createSchemaChecker(contract);
      const { headers } = contract.components;
      const all = [
        ...Object.entries(headers),
        ...operations.flatMap(({ id, parameters }) => parameters.map((p) => [`${id} ${p.name}`, p] as const)),
      ];
      return all.flatMap(([at, { example, schema = {} }]) =>
        example === undefined ? [`${at} has no example`] : faults(check, at, schema, example),
      );
    },
    breaks: {
      'listTasks size has no example': change('components/parameters/Size/example'),
      'listTasks size: / must be <= 100': change('components/parameters/Size/example', 101),
      'ETag has no example': change('components/headers/ETag/example'),
      'ETag: / must match pattern': change('components/headers/ETag/example', 'three'),
    },
  },
  {
    says: 'has valid defaults',
    check: ({ contract, schemas }) => {
      const check = createSchemaChecker(contract);
      return schemas.flatMap(({ at, schema }) =>
        'default' in schema ? faults(check, `default of ${at}`, schema, schema.default) : [],
      );
    },
    breaks: {
      'default of TaskCreate.status: / must be equal to one of the allowed values': change(
        'components/schemas/TaskCreate/properties/status/default',
        'lost',
      ),
      'default of parameter or header Size: / must be >= 1': change(
        'components/parameters/Size/schema/default',
        0,
      ),
    },
  },
];
