import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A parameter as a method of the client takes it. */
export interface Parameter {
  /** Name on the wire. */
  readonly name: string;
  /** Name in the generated client. */
  readonly property: string;
  readonly required: boolean;
  readonly description: string;
}

/** An operation as the client sees it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Class of the generated client that has it. */
  readonly api: string;
  readonly summary: string;
  readonly description: string;
  readonly deprecated: boolean;
  readonly scopes: readonly string[];
  readonly pathParameters: readonly Parameter[];
  readonly query: readonly Parameter[];
  /** Names of the header parameters, in lower case. */
  readonly headers: readonly string[];
  /** Schema of the JSON body. */
  readonly body:
    | { readonly schema: string; readonly description: string; readonly required: boolean }
    | undefined;
  /** Schema of the answer; undefined when there is nothing in it. */
  readonly result: string | undefined;
  /** Schema of the items, if the answer is a list. */
  readonly item: string | undefined;
  readonly errors: readonly { readonly status: number; readonly description: string }[];
}

export interface Property {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

export interface Model {
  readonly name: string;
  readonly description: string;
  /** Values of an enumeration, or types of a union. */
  readonly values: readonly string[];
  readonly properties: readonly Property[];
}

/** A value of `code` in an error. */
export interface ProblemCode {
  readonly code: string;
  readonly status: number;
  readonly description: string;
}

export interface Contract {
  readonly operations: readonly Operation[];
  readonly models: readonly Model[];
  readonly codes: readonly ProblemCode[];
  /** What the contract says of each resource, by the class of the generated client. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/** As much of an OpenAPI document as the client is made of. */
interface Node {
  readonly $ref?: string;
  readonly description?: string;
}
interface Schema extends Node {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly 'x-problems'?: Readonly<Record<string, Omit<ProblemCode, 'code'>>>;
}
interface ParameterNode extends Node {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}
interface Content extends Node {
  readonly required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}
interface OperationNode extends Node {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly deprecated?: boolean;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly ParameterNode[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}
type PathNode = Readonly<Record<string, OperationNode>> & { readonly parameters?: readonly ParameterNode[] };
export interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathNode>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function loadContract(file: string | URL): Contract {
  return readContract(parse(readFileSync(file, 'utf8')));
}

export function readContract(document: Document): Contract {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => readOperation(document, path, method)),
  );
  const used = reachable(document, operations);
  const models = Object.entries(document.components.schemas)
    .filter(([name, schema]) => used.has(name) && isModel(schema))
    .map(([name, schema]) => readModel(document, name, schema));
  const codes = Object.entries(document.components.schemas.ProblemCode?.['x-problems'] ?? {}).map(
    ([code, { status, description }]) => ({
      code,
      status,
      description: description.trim().replaceAll('\n', ' '),
    }),
  );
  const descriptions = new Map(document.tags.map((tag) => [tag.name, tag.description]));
  return { operations, models, codes, descriptions };
}

function readOperation(document: Document, path: string, method: string): Operation {
  const item = document.paths[path];
  const node = item?.[method];
  if (item === undefined || node === undefined) throw new Error(`${method} ${path} is not in the contract`);
  const parameters = [...(item.parameters ?? []), ...(node.parameters ?? [])].map((p) =>
    resolve(document, p),
  );
  const where = (place: string): Parameter[] =>
    parameters.filter((parameter) => parameter.in === place).map(readParameter);
  const responses = Object.entries(node.responses).map(
    ([status, response]) => [Number(status), resolve(document, response)] as const,
  );
  const [, success] = responses.find(([status]) => status < 300) ?? [];
  const body = node.requestBody && resolve(document, node.requestBody);
  const bodySchema = schemaName(node, body);
  const result = schemaName(node, success);
  const items = document.components.schemas[result ?? '']?.properties?.items?.items?.$ref;
  return {
    id: node.operationId,
    method: method.toUpperCase(),
    path,
    api: `${node.tags[0]}Api`,
    summary: node.summary,
    description: text(node),
    deprecated: node.deprecated ?? false,
    scopes: node.security?.flatMap((scheme) => Object.values(scheme).flat()) ?? [],
    pathParameters: where('path'),
    query: where('query'),
    headers: where('header').map((parameter) => headerName(node, parameter)),
    body: bodySchema === undefined ? undefined : readBody(document, bodySchema, body),
    result,
    item: items && nameOf(items),
    errors: responses
      .filter(([status]) => status >= 400)
      .map(([status, response]) => ({ status, description: text(response) })),
  };
}

function readBody(document: Document, schema: string, body: Content | undefined): Operation['body'] {
  const description = text(document.components.schemas[schema]);
  return { schema, description, required: body?.required ?? false };
}

function readParameter(parameter: ParameterNode): Parameter {
  const { name, required = false } = parameter;
  const property = name.replaceAll(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
  return { name, property, required, description: text(parameter) };
}

function readModel(document: Document, name: string, schema: Schema): Model {
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => ({
    name: key,
    type: typeName(document, property),
    required: schema.required?.includes(key) ?? false,
    description: text(property) || text(resolve(document, property)),
  }));
  return {
    name,
    description: text(schema),
    values: schema.enum ?? alternatives(schema)?.map((one) => typeName(document, one)) ?? [],
    properties,
  };
}

/** What methods take as options; a header that is not among them has to be left to the caller's own `headers`. */
const OPTIONS = ['if-match', 'if-none-match', 'idempotency-key'];

/** @throws Error when the operation needs a header that no method can send */
function headerName({ operationId }: OperationNode, { name, required }: Parameter): string {
  const known = name.toLowerCase();
  if (required && !OPTIONS.includes(known))
    throw new Error(`${operationId} needs the header ${name}: give the client an option for it.`);
  return known;
}

/**
 * The name of the schema of a body. The contract has no inline schemas, so there always is one.
 *
 * @throws Error when the body is one that the client can neither write nor read
 */
function schemaName({ operationId }: OperationNode, body: Content | undefined): string | undefined {
  const { content } = body ?? {};
  if (content === undefined) return undefined;
  const schema = content['application/json']?.schema;
  if (schema?.$ref === undefined)
    throw new Error(`${operationId} has a body that is not JSON with a named schema.`);
  return nameOf(schema.$ref);
}

/** Scalars that have a name in the contract have none in TypeScript. */
function typeName(document: Document, schema: Schema): string {
  if (schema.$ref !== undefined) {
    const target = resolve(document, schema);
    return isModel(target) ? nameOf(schema.$ref) : typeName(document, target);
  }
  const either = alternatives(schema);
  if (either !== undefined) return [...new Set(either.map((one) => typeName(document, one)))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((part) => typeName(document, part)).join(' & ');
  if (schema.type === 'array') {
    const item = typeName(document, schema.items ?? {});
    return item.includes(' ') ? `(${item})[]` : `${item}[]`;
  }
  if (typeof schema.additionalProperties === 'object')
    return `Record<string, ${typeName(document, schema.additionalProperties)}>`;
  return [schema.type ?? 'unknown'].flat().join(' | ').replace('integer', 'number');
}

const alternatives = ({ oneOf, anyOf }: Schema): readonly Schema[] | undefined => oneOf ?? anyOf;

/** Whether the generated client has a type of this name. */
const isModel = (schema: Schema): boolean =>
  [schema.properties, schema.enum, alternatives(schema), schema.allOf].some((part) => part !== undefined);

/** Names of the schemas that an operation takes or answers, at any depth. */
function reachable(document: Document, operations: readonly Operation[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const json = JSON.stringify(document.components.schemas[name] ?? {});
    for (const [, next = ''] of json.matchAll(/#\/components\/schemas\/(\w+)/g)) visit(next);
  };
  for (const { body, result } of operations) for (const name of [body?.schema, result]) if (name) visit(name);
  visit('Problem');
  return found;
}

function resolve<T extends Node>(document: Document, node: T): T {
  if (node.$ref === undefined) return node;
  const path = node.$ref.slice(2).split('/');
  return path.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], document) as T;
}

const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

const text = (node: Node | undefined): string =>
  (node?.description ?? '').trim().replaceAll(/\s*\n\s*/g, ' ');
