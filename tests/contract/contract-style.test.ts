/**
 * The house rules of openapi.yaml that no linter knows. Each test collects everything that is wrong and names where, so
 * that one run shows the whole of it. Reads the file itself and nothing of the server.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Reference {
  $ref?: string;
}
interface Schema extends Reference {
  type?: string | string[];
  description?: string;
  format?: string;
  enum?: string[];
  examples?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  required?: string[];
  additionalProperties?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  allOf?: Schema[];
  anyOf?: Schema[];
  [keyword: string]: unknown;
}
interface Example extends Reference {
  value?: unknown;
}
interface MediaType {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, Example>;
}
interface Parameter extends Reference {
  name: string;
  in: string;
  description?: string;
  schema?: Schema;
  example?: unknown;
}
interface Header extends Reference {
  description?: string;
  required?: boolean;
  schema?: Schema;
  example?: unknown;
}
interface Response extends Reference {
  description?: string;
  headers?: Record<string, Header>;
  content?: Record<string, MediaType>;
}
interface Operation {
  operationId: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, Response>;
}
interface ProblemKind {
  status: number;
  title: string;
  description: string;
}
interface Contract {
  openapi: string;
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    headers: Record<string, Header>;
    responses: Record<string, Response>;
    examples: Record<string, Example>;
    securitySchemes: Record<string, { flows: Record<string, { scopes: Record<string, string> }> }>;
  };
}

const contract: Contract = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8'));
const { schemas, parameters, headers, responses } = contract.components;

// --- Deliberate exceptions: to add one is to decide something ----------------------------------------------------------

/** Operations that nobody needs a token for. */
const PUBLIC = [
  'getHealth',
  'getLiveness',
  'getReadiness',
  'login',
  'logout',
  'refreshSession',
  'registerUser',
];
/** Public operations that check credentials in the body, and so can answer 401. */
const CHECKS_CREDENTIALS = ['login', 'refreshSession'];
/** Operations that can clash with something that is there already. */
const CAN_CONFLICT = ['registerUser'];
/** Answers as long as the process does, whatever is away. */
const NEEDS_NOTHING = ['getLiveness'];
/** Names that everybody knows, though they have no noun. */
const WITHOUT_NOUN = ['login', 'logout'];
/** Creates an account, but answers with the tokens of a session: no Location, no ETag. */
const CREATES_SESSION = ['registerUser'];
/** Problems that no operation shows: they are answered before one is chosen, or kept for operations to come. */
const NOT_SHOWN = [
  'conflict',
  'forbidden',
  'method_not_allowed',
  'request_header_too_large',
  'request_timeout',
];
/** Objects that take members which are not in the contract. None. */
const OPEN_OBJECTS: string[] = [];

// --- Reading the document ----------------------------------------------------------------------------------------------

function resolve<T extends Reference>(node: T): T {
  if (node.$ref === undefined) return node;
  const [kind = '', name = ''] = node.$ref.replace('#/components/', '').split('/');
  const components: Record<string, Record<string, unknown>> = { ...contract.components };
  const target = components[kind]?.[name];
  if (target === undefined) throw new Error(`openapi.yaml refers to ${node.$ref}, which is not there`);
  return target as T;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

const operations = Object.entries(contract.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => {
    const operation = item[method] as Operation;
    const all = [...((item.parameters as Parameter[] | undefined) ?? []), ...(operation.parameters ?? [])];
    const security = operation.security?.flatMap((requirement) => Object.values(requirement).flat());
    return {
      ...operation,
      id: operation.operationId ?? `${method} ${path}`,
      method,
      path,
      parameters: all.map(resolve),
      responses: Object.entries(operation.responses).map(([status, response]) => ({
        status,
        shared: response.$ref !== undefined,
        ...resolve(response),
      })),
      scopes: security ?? [],
      isPublic: operation.security?.length === 0,
    };
  }),
);
type ResolvedOperation = (typeof operations)[number];

const hasBody = (o: ResolvedOperation) => o.requestBody !== undefined;
const hasParameter = (o: ResolvedOperation, place: string, name?: string) =>
  o.parameters.some((p) => p.in === place && (name === undefined || p.name === name));
const successes = (o: ResolvedOperation) => o.responses.filter(({ status }) => status.startsWith('2'));
const nameOf = (schema: Schema | undefined) => schema?.$ref?.replace('#/components/schemas/', '');
const jsonOf = (response: Response) => response.content?.['application/json']?.schema;

/** Every place of the document that has content: bodies and answers, those of the components once. */
const mediaTypes = [
  ...operations.flatMap((o) => [
    ...Object.entries(o.requestBody?.content ?? {}).map(([type, media]) => ({
      at: `${o.id} request ${type}`,
      media,
    })),
    ...o.responses
      .filter(({ shared }) => !shared)
      .flatMap(({ status, content }) =>
        Object.entries(content ?? {}).map(([type, media]) => ({ at: `${o.id} ${status} ${type}`, media })),
      ),
  ]),
  ...Object.entries(responses).flatMap(([name, response]) =>
    Object.entries(response.content ?? {}).map(([type, media]) => ({
      at: `responses.${name} ${type}`,
      media,
    })),
  ),
];

const examplesOf = (media: MediaType): [string, unknown][] => [
  ...(media.example === undefined ? [] : ([['example', media.example]] as [string, unknown][])),
  ...Object.entries(media.examples ?? {}).map(([name, example]): [string, unknown] => [
    name,
    resolve(example).value,
  ]),
];

interface Found {
  at: string;
  schema: Schema;
  /** Named schemas and properties say what they are; the schema of a parameter or an element leaves it to its owner. */
  mustDescribe: boolean;
}

function subschemas(at: string, schema: Schema, mustDescribe: boolean): Found[] {
  const { properties = {}, items, oneOf = [], allOf = [], anyOf = [] } = schema;
  return [
    { at, schema, mustDescribe },
    ...Object.entries(properties).flatMap(([name, property]) => subschemas(`${at}.${name}`, property, true)),
    ...(items ? subschemas(`${at}[]`, items, false) : []),
    ...[...oneOf, ...allOf, ...anyOf].flatMap((branch, i) => subschemas(`${at}|${i}`, branch, false)),
  ];
}

const allSchemas = [
  ...Object.entries(schemas).flatMap(([name, schema]) => subschemas(name, schema, true)),
  ...Object.entries({ ...parameters, ...headers }).flatMap(([name, { schema }]) =>
    schema ? subschemas(`parameter or header ${name}`, schema, false) : [],
  ),
];
const isA = (schema: Schema, type: string) => [schema.type].flat().includes(type);

/** Words of a list that are in it more than once. */
const repeated = (list: readonly string[]) => list.filter((word, i) => list.indexOf(word) !== i);

/** Reads better in a failure than two lists: what is missing, what is too much. */
const difference = (actual: readonly string[], expected: readonly string[], noun: string) => [
  ...expected.filter((x) => !actual.includes(x)).map((x) => `${noun} ${x} is missing`),
  ...actual.filter((x) => !expected.includes(x)).map((x) => `${noun} ${x} is too much`),
];

// --- Operations --------------------------------------------------------------------------------------------------------

describe('operations', () => {
  test('are there, and the document is OpenAPI 3.1', () => {
    expect(contract.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(0);
  });

  test('have a unique operationId, a verb and a noun in camelCase', () => {
    const verbs: Record<string, string[]> = {
      get: ['get', 'list', 'export'],
      put: ['replace', 'change'],
      patch: ['update'],
      delete: ['delete', 'revoke'],
    };
    const wrong = operations.flatMap(({ id, method }) => {
      if (WITHOUT_NOUN.includes(id)) return [];
      if (!/^[a-z]+([A-Z][a-z0-9]*)+$/.test(id)) return [`${id} is not a verb and a noun in camelCase`];
      const verb = /^[a-z]+/.exec(id)?.[0] ?? '';
      const usual = verbs[method];
      return usual && !usual.includes(verb) ? [`${id} is a ${method}: start with ${usual.join(' or ')}`] : [];
    });
    expect([
      ...wrong,
      ...repeated(operations.map(({ id }) => id)).map((id) => `${id} is there twice`),
    ]).toEqual([]);
  });

  test('have exactly one tag, declared with a description, and every tag is used', () => {
    const declared = contract.tags.map(({ name }) => name);
    const wrong = operations.flatMap(({ id, tags = [] }) => [
      ...(tags.length === 1 ? [] : [`${id} has ${tags.length} tags`]),
      ...tags.filter((tag) => !declared.includes(tag)).map((tag) => `${id}: tag ${tag} is not declared`),
    ]);
    const used = operations.flatMap(({ tags = [] }) => tags);
    expect([
      ...wrong,
      ...declared.filter((tag) => !used.includes(tag)).map((tag) => `tag ${tag} is not used`),
      ...contract.tags
        .filter(({ description }) => !description)
        .map(({ name }) => `tag ${name} has no description`),
    ]).toEqual([]);
  });

  test('have a summary and a description', () => {
    const wrong = operations.flatMap(({ id, summary, description }) => [
      ...(summary?.trim() ? [] : [`${id} has no summary`]),
      ...(summary?.trim().endsWith('.') ? [`${id}: the summary is a heading, without a full stop`] : []),
      ...(description?.trim() ? [] : [`${id} has no description`]),
      ...(description && description.trim() === summary?.trim()
        ? [`${id}: the description says what the summary says`]
        : []),
    ]);
    expect(wrong).toEqual([]);
  });

  test('live below /api/v1, except for health', () => {
    const wrong = operations
      .filter((o) => !/^\/(api\/v1|health)(\/|$)/.test(o.path))
      .map((o) => `${o.id}: ${o.path}`);
    expect(wrong).toEqual([]);
  });

  test('take parameters in snake_case, headers excepted', () => {
    const wrong = operations.flatMap(({ id, parameters: list }) =>
      list
        .filter((p) => p.in !== 'header' && !SNAKE_CASE.test(p.name))
        .map((p) => `${id}: ${p.in} parameter ${p.name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('take a body that is required, and a merge patch with PATCH under both of its media types', () => {
    const wrong = operations.flatMap(({ id, method, requestBody }) => {
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
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('take merge patches that can leave every field out and have no defaults, which would fill fields in', () => {
    const wrong = operations.flatMap(({ id, method, requestBody }) => {
      if (method !== 'patch' || !requestBody) return [];
      const schema = resolve(requestBody.content['application/json']?.schema ?? {});
      return [
        ...(schema.required ?? []).map((field) => `${id} requires ${field}`),
        ...Object.entries(schema.properties ?? {})
          .filter(([, property]) => 'default' in property || 'default' in resolve(property))
          .map(([field]) => `${id} has a default for ${field}`),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

// --- Security ----------------------------------------------------------------------------------------------------------

describe('security', () => {
  const declared = Object.values(contract.components.securitySchemes).flatMap(({ flows }) =>
    Object.values(flows).flatMap(({ scopes }) => Object.keys(scopes)),
  );

  test('is stated by every operation', () => {
    expect(
      operations.filter((o) => o.security === undefined).map((o) => `${o.id} does not state security`),
    ).toEqual([]);
  });

  test('is waived by exactly the public operations', () => {
    expect(
      operations
        .filter((o) => o.isPublic)
        .map((o) => o.id)
        .sort(),
    ).toEqual(PUBLIC);
  });

  test('names a scope wherever it is not waived', () => {
    const wrong = operations
      .filter((o) => !o.isPublic && o.scopes.length === 0)
      .map((o) => `${o.id} names no scope`);
    expect(wrong).toEqual([]);
  });

  test('uses schemes and scopes that are declared, and every declared scope', () => {
    const schemes = Object.keys(contract.components.securitySchemes);
    const wrong = operations.flatMap((o) => [
      ...(o.security ?? [])
        .flatMap((requirement) => Object.keys(requirement))
        .filter((scheme) => !schemes.includes(scheme))
        .map((scheme) => `${o.id}: scheme ${scheme} is not declared`),
      ...o.scopes
        .filter((scope) => !declared.includes(scope))
        .map((scope) => `${o.id}: scope ${scope} is not declared`),
    ]);
    const used = operations.flatMap((o) => o.scopes);
    expect([
      ...wrong,
      ...declared.filter((s) => !used.includes(s)).map((s) => `scope ${s} is not used`),
    ]).toEqual([]);
  });
});

// --- Answers -----------------------------------------------------------------------------------------------------------

describe('answers', () => {
  /** Which statuses an operation lists, and why. A status that is in no rule may not be listed. */
  const rules: { status: string; reason: string; applies: (o: ResolvedOperation) => boolean }[] = [
    {
      status: '304',
      reason: 'takes If-None-Match',
      applies: (o) => hasParameter(o, 'header', 'If-None-Match'),
    },
    {
      status: '400',
      reason: 'has a body or path parameters',
      applies: (o) => hasBody(o) || hasParameter(o, 'path'),
    },
    {
      status: '401',
      reason: 'is secured or checks credentials',
      applies: (o) => !o.isPublic || CHECKS_CREDENTIALS.includes(o.id),
    },
    { status: '403', reason: 'needs a scope', applies: (o) => o.scopes.length > 0 },
    { status: '404', reason: 'has path parameters', applies: (o) => hasParameter(o, 'path') },
    { status: '409', reason: 'can conflict', applies: (o) => CAN_CONFLICT.includes(o.id) },
    { status: '412', reason: 'takes If-Match', applies: (o) => hasParameter(o, 'header', 'If-Match') },
    { status: '413', reason: 'has a body', applies: hasBody },
    { status: '415', reason: 'has a body', applies: hasBody },
    { status: '422', reason: 'refuses unknown parameters', applies: () => true },
    { status: '500', reason: 'can have a fault', applies: () => true },
    { status: '503', reason: 'needs something', applies: (o) => !NEEDS_NOTHING.includes(o.id) },
  ];

  test.for(rules)('list $status exactly where an operation $reason', ({ status, reason, applies }) => {
    const wrong = operations.flatMap((o) => {
      const listed = o.responses.some((response) => response.status === status);
      if (listed === applies(o)) return [];
      return [
        listed
          ? `${o.id} lists ${status}, which only goes with an operation that ${reason}`
          : `${o.id} ${reason}, but does not list ${status}`,
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('list one success, and no other status (`default` least of all)', () => {
    const known = rules.map(({ status }) => status);
    const wrong = operations.flatMap((o) => [
      ...(successes(o).length === 1 ? [] : [`${o.id} has ${successes(o).length} successes`]),
      ...o.responses
        .filter(({ status }) => !/^2\d\d$/.test(status) && !known.includes(status))
        .map(({ status }) => `${o.id} lists ${status}`),
    ]);
    expect(wrong).toEqual([]);
  });

  test('are problems exactly if they are failures', () => {
    const wrong = operations.flatMap((o) =>
      o.responses.flatMap(({ status, content = {} }) => {
        const at = `${o.id} ${status}`;
        const types = Object.keys(content);
        if (!/^[45]/.test(status))
          return types.includes('application/problem+json') ? [`${at} is a problem`] : [];
        if (types.join() !== 'application/problem+json')
          return [`${at} has [${types}] instead of application/problem+json`];
        return nameOf(content['application/problem+json']?.schema) === 'Problem'
          ? []
          : [`${at} is not a Problem`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('have a body exactly if the status has one', () => {
    const wrong = operations.flatMap((o) =>
      o.responses
        .filter(({ status, content }) => ['204', '304'].includes(status) === (content !== undefined))
        .map(({ status }) => `${o.id} ${status}`),
    );
    expect(wrong).toEqual([]);
  });

  test('carry the headers that belong to them', () => {
    const versioned = (schemas.CurrentResource?.oneOf ?? []).map(nameOf);
    const belongs: Record<
      string,
      (o: ResolvedOperation, r: ResolvedOperation['responses'][number]) => boolean
    > = {
      'X-Request-Id': () => true,
      Location: (o, r) => r.status === '201' && !CREATES_SESSION.includes(o.id),
      // What can be sent back in If-Match: the resource itself, unchanged, or as it is now.
      ETag: (_, r) =>
        ['304', '412'].includes(r.status) ||
        (r.status.startsWith('2') && versioned.includes(nameOf(jsonOf(r)) ?? '')),
      Link: (_, r) => 'next_cursor' in (resolve(jsonOf(r) ?? {}).properties ?? {}),
      'WWW-Authenticate': (_, r) => ['401', '403'].includes(r.status),
      'Retry-After': (_, r) => r.status === '503',
    };
    const wrong = operations.flatMap((o) =>
      o.responses.flatMap((r) =>
        difference(
          Object.keys(r.headers ?? {}),
          Object.keys(belongs).filter((header) => belongs[header]?.(o, r)),
          `${o.id} ${r.status}:`,
        ),
      ),
    );
    const optional = Object.keys(headers).filter((name) => headers[name]?.required !== true);
    expect([...wrong, ...optional.map((name) => `header ${name} is promised, but not required`)]).toEqual([]);
  });

  test('create with 201 and answer with a resource that can be asked for conditionally', () => {
    const versioned = (schemas.CurrentResource?.oneOf ?? []).map(nameOf);
    const wrong = operations.flatMap((o) => {
      const reads =
        o.method === 'get' && successes(o).some((r) => versioned.includes(nameOf(jsonOf(r)) ?? ''));
      return [
        ...(o.id.startsWith('create') && successes(o)[0]?.status !== '201'
          ? [`${o.id} does not answer 201`]
          : []),
        ...(reads && !hasParameter(o, 'header', 'If-None-Match')
          ? [`${o.id} does not take If-None-Match`]
          : []),
        ...(['put', 'patch', 'delete'].includes(o.method) && !hasParameter(o, 'header', 'If-Match')
          ? [`${o.id} does not take If-Match`]
          : []),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

// --- Problems ----------------------------------------------------------------------------------------------------------

describe('problems', () => {
  const kinds = (schemas.ProblemCode?.['x-problems'] ?? {}) as Record<string, ProblemKind>;
  const codes = schemas.ProblemCode?.enum ?? [];
  const problemMedia = mediaTypes.filter(({ media }) => nameOf(media.schema) === 'Problem');
  const problemExamples = problemMedia.flatMap(({ at, media }) =>
    examplesOf(media).map(([name, value]) => ({
      at: `${at} ${name}`,
      value: value as Record<string, unknown>,
    })),
  );

  test('are described in x-problems, each code once and in order', () => {
    expect(difference(Object.keys(kinds), codes, 'x-problems:')).toEqual([]);
    expect(codes).toEqual([...codes].sort());
    const wrong = Object.entries(kinds).flatMap(([code, kind]) => [
      ...difference(Object.keys(kind), ['status', 'title', 'description'], `${code}:`),
      ...(kind.status >= 400 && kind.status <= 599 ? [] : [`${code}: status ${kind.status}`]),
      ...(kind.title?.trim() && kind.description?.trim() ? [] : [`${code}: title or description is empty`]),
      ...(SNAKE_CASE.test(code) ? [] : [`${code} is not in snake_case`]),
    ]);
    expect(wrong).toEqual([]);
    const titles = Object.values(kinds).map(({ title }) => title);
    expect(repeated(titles)).toEqual([]);
  });

  test('have an example wherever they are answered', () => {
    expect(problemMedia.filter(({ media }) => examplesOf(media).length === 0).map(({ at }) => at)).toEqual(
      [],
    );
  });

  test('have examples that agree with x-problems', () => {
    const wrong = problemExamples.flatMap(({ at, value }) => {
      const kind = kinds[String(value.code)];
      if (!kind) return [`${at}: code ${value.code} is not in x-problems`];
      const expected = { type: `/docs/problems/${value.code}`, title: kind.title, status: kind.status };
      return Object.entries(expected)
        .filter(([member, wanted]) => value[member] !== wanted)
        .map(([member, wanted]) => `${at}: ${member} is ${value[member]}, but x-problems says ${wanted}`);
    });
    expect(wrong).toEqual([]);
  });

  test('are listed under the status of their code', () => {
    const wrong = operations.flatMap((o) =>
      o.responses.flatMap(({ status, content = {} }) =>
        Object.entries(content)
          .filter(([, media]) => nameOf(media.schema) === 'Problem')
          .flatMap(([, media]) => examplesOf(media))
          .map(([, value]) => value as { code: string; status: number })
          .filter((value) => String(value.status) !== status)
          .map((value) => `${o.id} ${status} shows ${value.code}, which is a ${value.status}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('use every code', () => {
    const shown = problemExamples.map(({ value }) => String(value.code));
    expect(difference([...new Set([...shown, ...NOT_SHOWN])], codes, 'problem')).toEqual([]);
  });
});

// --- Schemas -----------------------------------------------------------------------------------------------------------

describe('schemas', () => {
  const places = (wrong: (found: Found) => boolean) => allSchemas.filter(wrong).map(({ at }) => at);

  test('of bodies and answers are named, not written in place', () => {
    expect(mediaTypes.filter(({ media }) => nameOf(media.schema) === undefined).map(({ at }) => at)).toEqual(
      [],
    );
  });

  test('of objects are closed, and require only what they have', () => {
    const open = places(
      ({ at, schema }) =>
        isA(schema, 'object') && schema.additionalProperties !== false && !OPEN_OBJECTS.includes(at),
    );
    const unknown = allSchemas.flatMap(({ at, schema }) =>
      (schema.required ?? [])
        .filter((name) => !(name in (schema.properties ?? {})))
        .map((name) => `${at} requires ${name}`),
    );
    expect({ open, unknown }).toEqual({ open: [], unknown: [] });
  });

  test('and their properties say what they are', () => {
    const described = (schema: Schema) =>
      Boolean(schema.description?.trim() || resolve(schema).description?.trim());
    expect(places(({ schema, mustDescribe }) => mustDescribe && !described(schema))).toEqual([]);
    const silent = Object.entries({ ...parameters, ...headers }).filter(
      ([, { description }]) => !description?.trim(),
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  test('of strings have a maxLength or an enum', () => {
    expect(
      places(
        ({ schema }) => isA(schema, 'string') && schema.maxLength === undefined && schema.enum === undefined,
      ),
    ).toEqual([]);
  });

  test('of arrays have maxItems and items', () => {
    expect(places(({ schema }) => isA(schema, 'array') && !(schema.maxItems && schema.items))).toEqual([]);
  });

  test('of numbers have a format, a minimum and a maximum', () => {
    const bounded = ({ format, minimum, maximum }: Schema) =>
      format !== undefined && minimum !== undefined && maximum !== undefined;
    expect(
      places(({ schema }) => (isA(schema, 'integer') || isA(schema, 'number')) && !bounded(schema)),
    ).toEqual([]);
  });

  test('have a type, a reference or branches', () => {
    expect(places(({ schema }) => !schema.type && !schema.$ref && !schema.oneOf)).toEqual([]);
  });

  test('name their properties in snake_case', () => {
    const wrong = allSchemas.flatMap(({ at, schema }) =>
      Object.keys(schema.properties ?? {})
        .filter((name) => !SNAKE_CASE.test(name))
        .map((name) => `${at}.${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('use none of the keywords that some tool of ours gets wrong', () => {
    const avoid: Record<string, string> = {
      allOf: 'generated types become intersections; write the properties out',
      anyOf:
        "the client generator spreads its null to unrelated parameters; write type: [x, 'null'] or oneOf",
      nullable: "OpenAPI 3.0; write type: [x, 'null']",
      example: 'OpenAPI 3.0; write examples',
      readOnly: 'write separate schemas for requests and answers',
      writeOnly: 'write separate schemas for requests and answers',
      const: 'the client generator wants an enum with one value',
    };
    const wrong = allSchemas.flatMap(({ at, schema }) =>
      Object.keys(avoid)
        .filter((keyword) => keyword in schema)
        .map((keyword) => `${at}: ${keyword} (${avoid[keyword]})`),
    );
    const nulls = places(({ at, schema }) => schema.type === 'null' && !at.includes('|'));
    expect([...wrong, ...nulls.map((at) => `${at}: nothing but null`)]).toEqual([]);
  });
});

// --- Examples ----------------------------------------------------------------------------------------------------------

describe('examples', () => {
  // Strict, so that a keyword with a typo is an error. Formats of our own belong to the server; here they only have names.
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });
  ajv.addVocabulary(['x-problems']);
  addFormats.default(ajv, { mode: 'full' });
  ajv.addFormat('password', true);
  ajv.addFormat('time-zone', true);
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(rewritten(schema) as Schema, name);

  /** A copy in which references point to the schemas that Ajv was given by name. */
  function rewritten(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(rewritten);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) =>
        key === '$ref' ? [key, String(value).replace('#/components/schemas/', '')] : [key, rewritten(value)],
      ),
    );
  }

  function faults(at: string, schema: Schema, value: unknown): string[] {
    try {
      const validate = ajv.compile(rewritten(schema) as Schema);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(
        (e) => `${at}: ${e.instancePath || '/'} ${e.message} (${JSON.stringify(value)})`,
      );
    } catch (error) {
      return [`${at}: ${error instanceof Error ? error.message : error}`];
    }
  }

  test('of schemas are valid, and every scalar has one', () => {
    const wrong = allSchemas.flatMap(({ at, schema }) =>
      (schema.examples ?? []).flatMap((example, i) => faults(`${at} example ${i}`, schema, example)),
    );
    const without = allSchemas.filter(
      ({ schema, mustDescribe }) =>
        mustDescribe &&
        ['string', 'integer', 'number', 'boolean'].some((type) => isA(schema, type)) &&
        !schema.examples?.length,
    );
    expect([...wrong, ...without.map(({ at }) => `${at} has no examples`)]).toEqual([]);
  });

  test('of bodies and answers are valid, and each has one', () => {
    const wrong = mediaTypes.flatMap(({ at, media }) => {
      const examples = examplesOf(media);
      if (examples.length === 0) return [`${at} has no example`];
      return examples.flatMap(([name, value]) => faults(`${at} ${name}`, media.schema ?? {}, value));
    });
    expect(wrong).toEqual([]);
  });

  test('of parameters and headers are valid, and each has one', () => {
    const wrong = Object.entries({ ...parameters, ...headers }).flatMap(([name, { example, schema = {} }]) =>
      example === undefined ? [`${name} has no example`] : faults(name, schema, example),
    );
    expect(wrong).toEqual([]);
  });

  test('and defaults are valid', () => {
    const wrong = allSchemas.flatMap(({ at, schema }) =>
      'default' in schema ? faults(`default of ${at}`, schema, schema.default) : [],
    );
    expect(wrong).toEqual([]);
  });
});
