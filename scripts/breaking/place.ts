/** Where in a contract a change is: what kind of thing it is about, whatever names lead there. */
export interface Place {
  /** The kind of the innermost thing on the way, for example `schema`. */
  readonly kind: string;
  /** The field of that thing; undefined when the change is about the thing as a whole. */
  readonly field?: string;
}

/** What the fields of each kind hold; `*` is any name. What is not here is a field without parts of interest. */
const GRAMMAR: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: { paths: 'paths', components: 'components' },
  paths: { '*': 'path' },
  path: {
    parameters: 'parameters',
    get: 'operation',
    put: 'operation',
    post: 'operation',
    patch: 'operation',
    delete: 'operation',
  },
  operation: { parameters: 'parameters', requestBody: 'requestBody', responses: 'responses' },
  parameters: { '*': 'parameter' },
  parameter: { schema: 'schema', content: 'content' },
  requestBody: { content: 'content' },
  responses: { '*': 'response' },
  response: { headers: 'headers', content: 'content' },
  headers: { '*': 'header' },
  header: { schema: 'schema' },
  content: { '*': 'mediaType' },
  mediaType: { schema: 'schema' },
  schema: {
    properties: 'properties',
    items: 'schema',
    prefixItems: 'variants',
    oneOf: 'variants',
    anyOf: 'variants',
    allOf: 'variants',
    not: 'schema',
    additionalProperties: 'additional',
    unevaluatedProperties: 'additional',
  },
  properties: { '*': 'property' },
  variants: { '*': 'variant' },
  components: {
    schemas: 'schemas',
    parameters: 'namedParameters',
    responses: 'namedResponses',
    headers: 'namedHeaders',
    requestBodies: 'requestBodies',
  },
  schemas: { '*': 'component' },
  namedParameters: { '*': 'namedParameter' },
  namedResponses: { '*': 'namedResponse' },
  namedHeaders: { '*': 'namedHeader' },
  requestBodies: { '*': 'namedBody' },
};

/** Kinds that are another kind under a name of their own, so that coming and going can be told apart. */
const SAME: Readonly<Record<string, string>> = {
  property: 'schema',
  variant: 'schema',
  additional: 'schema',
  component: 'schema',
  namedParameter: 'parameter',
  namedResponse: 'response',
  namedHeader: 'header',
  namedBody: 'requestBody',
};

/** A property may be named like a keyword, so the way is followed from its start. */
export function placeOf(path: readonly string[]): Place {
  let kind = 'document';
  for (const segment of path) {
    const fields = GRAMMAR[SAME[kind] ?? kind];
    const next =
      (fields !== undefined && Object.hasOwn(fields, segment) ? fields[segment] : undefined) ?? fields?.['*'];
    if (next === undefined) return { kind: SAME[kind] ?? kind, field: segment };
    kind = next;
  }
  return { kind };
}
