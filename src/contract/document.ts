import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CORE_SCHEMA, load } from 'js-yaml';
import type { OperationId, ProblemCode, Role, Schemas, Scope } from './types.ts';

/** The parts of an OpenAPI 3.1 document that the server itself reads. */
export interface ContractDocument {
  readonly 'x-rate-limits': Readonly<Record<string, RateLimit>>;
  readonly 'x-trash-days': number;
  readonly 'x-idempotency-hours': number;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, ParameterObject>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly headers: {
      readonly RequestId: {
        readonly schema: { readonly pattern: string; readonly minLength: number; readonly maxLength: number };
      };
    };
    readonly schemas: {
      readonly Problem: {
        readonly properties: {
          readonly errors: { readonly maxItems: number };
          readonly instance: { readonly maxLength: number };
        };
      };
      readonly Session: { readonly properties: { readonly user_agent: { readonly maxLength: number } } };
      readonly ProblemCode: { readonly 'x-problems': Readonly<Record<ProblemCode, ProblemKind>> };
      readonly NewPassword: { readonly minLength: number; readonly maxLength: number };
      readonly SessionList: { readonly properties: { readonly items: { readonly maxItems: number } } };
      readonly UserRole: { readonly enum: readonly Role[] };
      readonly TaskStatus: { readonly enum: readonly Schemas['TaskStatus'][] };
      /** The least important first. */
      readonly TaskPriority: { readonly enum: readonly Schemas['TaskPriority'][] };
      readonly PersonName: { readonly maxLength: number };
      readonly AdminUserCreate: { readonly properties: { readonly timezone: { readonly default: string } } };
      readonly AccessTokenList: { readonly properties: { readonly items: { readonly maxItems: number } } };
      readonly DataExport: { readonly properties: { readonly identities: { readonly maxItems: number } } };
      readonly Email: object;
      readonly UserRegister: { readonly properties: { readonly timezone: { readonly default: string } } };
      readonly FieldError: { readonly properties: Readonly<Record<string, { readonly maxLength: number }>> };
    };
    readonly securitySchemes: { readonly bearerAuth: BearerScheme };
  };
}

/** How often a caller may ask; `x-rate-limits` in the contract explains the fields. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
  readonly per: 'caller' | 'address';
  readonly closed?: boolean;
  readonly parallel?: number;
}

export interface BearerScheme {
  readonly flows: { readonly password: PasswordFlow };
  /** What an account may do whose address is not proved, on a server that demands the proof. */
  readonly 'x-unverified-scopes': readonly Scope[];
  /** What a token without a session can never do. */
  readonly 'x-session-only-scopes': readonly Scope[];
}

export interface PasswordFlow {
  readonly tokenUrl: string;
  readonly refreshUrl: string;
  readonly scopes: Readonly<Record<Scope, string>>;
}

/** What a problem code means (`x-problems` in the contract). */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly description: string;
}

export type HttpMethod = 'get' | 'put' | 'post' | 'patch' | 'delete';
export type PathItem = { readonly [M in HttpMethod]?: OperationObject } & {
  readonly parameters?: readonly ParameterOrReference[];
};

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly allowReserved?: boolean;
  readonly schema: SchemaObject;
}
/** As much of a parameter's schema as the server reads. */
interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly items?: SchemaObject;
}
export type ParameterOrReference = ParameterObject | { readonly $ref: string };

export interface OperationObject {
  readonly operationId: OperationId;
  readonly security?: readonly Readonly<Record<string, readonly Scope[]>>[];
  readonly 'x-required-role'?: Role;
  readonly 'x-rate-limit'?: string;
  readonly parameters?: readonly ParameterOrReference[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, ResponseObject | { readonly $ref: string }>>;
}

export interface ResponseObject {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

/** One operation with the place where it lives. */
export interface Operation {
  readonly id: OperationId;
  readonly method: HttpMethod;
  /** As in the contract, for example `/api/v1/tasks/{task_id}`. */
  readonly path: string;
  /** Scopes that the caller's token needs; undefined when nobody has to log in. */
  readonly scopes: readonly Scope[] | undefined;
  /** Role that the caller needs beside the scopes. */
  readonly requiredRole: Role | undefined;
  /** Name of the limit that the operation counts towards; undefined when it is not limited. */
  readonly rateLimit: string | undefined;
  /** Media types of the request body; empty when the operation has none. */
  readonly mediaTypes: readonly string[];
  /** Names of the query parameters. */
  readonly queryParameters: readonly string[];
  /** Parameters that are numbers, or lists of them. */
  readonly numericParameters: readonly NumericParameter[];
  /** Names of the cookies that it knows. */
  readonly cookies: readonly string[];
  /** Statuses that the contract lists, and whether their answers have a body. */
  readonly statuses: ReadonlyMap<number, boolean>;
}

export interface NumericParameter {
  readonly name: string;
  readonly place: ParameterObject['in'];
  readonly type: 'integer' | 'number';
}

export const METHODS: readonly HttpMethod[] = ['get', 'put', 'post', 'patch', 'delete'];

/** Where the contract lies, for those who serve or watch the file itself. */
export const CONTRACT_PATH = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));

/** Reads `openapi.yaml`. Whether it is valid is checked by the validator, at start. */
export function loadDocument(path = CONTRACT_PATH): { document: ContractDocument; source: string } {
  const source = readFileSync(path, 'utf8');
  return { document: deepFreeze(load(source, { schema: CORE_SCHEMA }) as ContractDocument), source };
}

/** All operations, in the order of the contract. */
export function listOperations(document: ContractDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) =>
        resolveParameter(document, parameter),
      );
      return [
        {
          id: operation.operationId,
          method,
          path,
          scopes: operation.security?.length === 0 ? undefined : (operation.security?.[0]?.bearerAuth ?? []),
          requiredRole: operation['x-required-role'],
          rateLimit: toRateLimit(operation['x-rate-limit']),
          mediaTypes: Object.keys(operation.requestBody?.content ?? {}),
          queryParameters: namesIn('query', parameters),
          cookies: namesIn('cookie', parameters),
          numericParameters: parameters.flatMap((parameter) => toNumeric(document, parameter)),
          statuses: new Map(
            Object.entries(operation.responses).map(([status, response]) => [
              Number(status),
              resolveResponse(document, response).content !== undefined,
            ]),
          ),
        },
      ];
    }),
  );
}

/** Who does not say counts towards the default; `none` says that there is no limit. */
function toRateLimit(name = 'default'): string | undefined {
  return name === 'none' ? undefined : name;
}

function namesIn(place: ParameterObject['in'], parameters: readonly ParameterObject[]): string[] {
  return parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
}

/** The parameter itself, where the contract only refers to it. */
export function resolveParameter(
  document: ContractDocument,
  parameter: ParameterOrReference,
): ParameterObject {
  if (!('$ref' in parameter)) return parameter;
  const resolved = document.components.parameters[parameter.$ref.replace('#/components/parameters/', '')];
  if (resolved === undefined) throw new Error(`The contract has no ${parameter.$ref}`);
  return resolved;
}

function toNumeric(
  document: ContractDocument,
  { name, in: place, schema }: ParameterObject,
): NumericParameter[] {
  const own = resolveSchema(document, schema);
  const types = [resolveSchema(document, own.items ?? own).type ?? []].flat();
  const type = (['number', 'integer'] as const).find((candidate) => types.includes(candidate));
  return type === undefined ? [] : [{ name, place, type }];
}

function resolveSchema(document: ContractDocument, schema: SchemaObject): SchemaObject {
  if (schema.$ref === undefined) return schema;
  const schemas: Readonly<Record<string, SchemaObject>> = document.components.schemas as never;
  const resolved = schemas[schema.$ref.replace('#/components/schemas/', '')];
  if (resolved === undefined) throw new Error(`The contract has no ${schema.$ref}`);
  return resolved;
}

function resolveResponse(
  document: ContractDocument,
  response: ResponseObject | { readonly $ref: string },
): ResponseObject {
  if (!('$ref' in response)) return response;
  const resolved = document.components.responses[response.$ref.replace('#/components/responses/', '')];
  if (resolved === undefined) throw new Error(`The contract has no ${response.$ref}`);
  return resolved;
}

/** The catalogue of scopes that access tokens can carry. */
export function listScopes(document: ContractDocument): Scope[] {
  return Object.keys(document.components.securitySchemes.bearerAuth.flows.password.scopes) as Scope[];
}

/** The scopes that are of use to a role: those that no operation names, or one does that the role may call. */
export function scopesOf(document: ContractDocument, role: Role): Scope[] {
  const operations = listOperations(document);
  return listScopes(document).filter((scope) => {
    const users = operations.filter(({ scopes }) => scopes?.includes(scope));
    return users.length === 0 || users.some(({ requiredRole = role }) => requiredRole === role);
  });
}

/** The same for a token that belongs to no session. */
export function tokenScopesOf(document: ContractDocument, role: Role): Scope[] {
  const sessionOnly = document.components.securitySchemes.bearerAuth['x-session-only-scopes'];
  return scopesOf(document, role).filter((scope) => !sessionOnly.includes(scope));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
