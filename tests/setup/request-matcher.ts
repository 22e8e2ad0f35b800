import type { IncomingHttpHeaders } from 'node:http';
import { decode } from './matcher.ts';
import { createPathLookup } from './path-lookup.ts';
import { type AnyDocument, createSchemaChecker, resolveIn, type Schema } from './schema-checker.ts';

/** Holds requests against `openapi.yaml`, as `matcher.ts` does answers: with nothing of the server's own validator. */

export interface SentRequest {
  readonly method: string;
  /** Path and query, as they stood on the request line. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Exactly as it came; empty when there was none. */
  readonly body: string;
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required?: boolean;
  readonly explode?: boolean;
  readonly schema: Schema;
}
interface RequestBody {
  readonly $ref?: string;
  readonly required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/**
 * Answers everything in which a request breaks the contract, in words; empty when nothing does, or when it is for no
 * operation. Cookies are not looked at.
 *
 * @param document a parsed OpenAPI 3.1 document
 */
export function createRequestMatcher(document: AnyDocument): (request: SentRequest) => string[] {
  const check = createSchemaChecker(document);
  const lookup = createPathLookup(Object.keys(document.paths));

  const valueFaults = (schema: Schema, value: unknown, where: string): string[] =>
    check(schema, value).map((error) => `${where}${error.instancePath} ${error.message}`);

  const textFaults = ({ schema, name, in: place }: Parameter, text: string): string[] =>
    valueFaults(schema, decode(document, schema, text), `the ${place} parameter ${name}`);

  const parameterFaults = (parameter: Parameter, texts: readonly string[]): string[] => {
    const { schema, name, in: place, required = false, explode = place === 'query' } = parameter;
    const where = `the ${place} parameter ${name}`;
    if (texts.length === 0) return required ? [`${where} is missing`] : [];
    const { type, items = {} } = resolveIn(document, schema);
    if (type === 'array') {
      const values = explode ? texts : texts.flatMap((text) => text.split(','));
      return valueFaults(
        schema,
        values.map((text) => decode(document, items, text)),
        where,
      );
    }
    return texts.length > 1
      ? [`${where} is there ${texts.length} times`]
      : textFaults(parameter, texts[0] ?? '');
  };

  const bodyFaults = (reference: RequestBody | undefined, { headers, body }: SentRequest): string[] => {
    if (reference === undefined) return body === '' ? [] : ['there is a body'];
    const { content, required = false } = resolveIn(document, reference);
    if (body === '') return required ? ['the body is missing'] : [];
    const mediaType = String(headers['content-type'] ?? '').split(/ *; */)[0] ?? '';
    const expected = content[mediaType];
    if (expected === undefined) return [`the media type is ${mediaType || 'missing'}`];
    try {
      const form = mediaType === 'application/x-www-form-urlencoded';
      const value = form ? decodeForm(document, expected.schema, body) : JSON.parse(body);
      return valueFaults(expected.schema, value, 'the body');
    } catch {
      return ['the body is not JSON'];
    }
  };

  return (request) => {
    const { pathname, searchParams } = new URL(request.url, 'http://any');
    const path = lookup(pathname) ?? '';
    const item = document.paths[path];
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    const operation: Operation | undefined = item?.[method];
    if (operation === undefined) return [];
    const given = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    const parameters: Parameter[] = given.map((parameter) => resolveIn(document, parameter));
    const values = pathValues(path, pathname);
    const textsOf = ({ in: place, name }: Parameter): readonly string[] => {
      if (place === 'path') return [values.get(name) ?? ''];
      if (place === 'query') return searchParams.getAll(name);
      return [request.headers[name.toLowerCase()] ?? []].flat();
    };
    const known = new Set(parameters.filter((p) => p.in === 'query').map(({ name }) => name));
    const isPublic = (operation.security ?? document.security ?? []).every(
      (scheme: object) => Object.keys(scheme).length === 0,
    );
    return [
      ...(isPublic || request.headers.authorization !== undefined ? [] : ['there is no access token']),
      ...[...searchParams.keys()]
        .filter((name) => !known.has(name))
        .map((name) => `the query parameter ${name} is unknown`),
      ...parameters.filter((p) => p.in !== 'cookie').flatMap((p) => parameterFaults(p, textsOf(p))),
      ...bodyFaults(operation.requestBody, request),
    ];
  };
}

/** What stands where the template has its parameters. */
function pathValues(template: string, path: string): ReadonlyMap<string, string> {
  const segments = path.split('/');
  return new Map(
    template.split('/').flatMap((part, i) => {
      const [, name] = /^\{(.+)\}$/.exec(part) ?? [];
      return name === undefined ? [] : [[name, decodeURIComponent(segments[i] ?? '')] as const];
    }),
  );
}

/** A form as the object that its schema describes: one value for each name. */
function decodeForm(document: AnyDocument, schema: Schema, body: string): Record<string, unknown> {
  const { properties = {} } = resolveIn(document, schema);
  const pairs = [...new URLSearchParams(body)];
  return Object.fromEntries(
    pairs.map(([name, text]) => [name, decode(document, properties[name] ?? {}, text)]),
  );
}
