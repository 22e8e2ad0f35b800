import type { Schema as JsonSchema } from '../../setup/schema-checker.ts';

/** The shape of openapi.yaml as far as the rules look at it. */

export interface Reference {
  readonly $ref?: string;
}
export interface Schema extends Omit<JsonSchema, 'properties' | 'items' | 'oneOf' | 'anyOf' | 'allOf'> {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly 'x-problems'?: Readonly<Record<string, ProblemKind>>;
}
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly description: string;
}
export interface Example extends Reference {
  readonly value?: unknown;
}
export interface MediaType {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Example>>;
}
export interface Parameter extends Reference {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
  readonly example?: unknown;
}
export interface Header extends Reference {
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: Schema;
  readonly example?: unknown;
}
export interface Response extends Reference {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}
export interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-required-role'?: string;
  readonly 'x-rate-limit'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, MediaType>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}
export interface SecurityScheme {
  readonly description?: string;
  readonly flows?: Readonly<Record<string, { readonly scopes: Readonly<Record<string, string>> }>>;
  readonly 'x-unverified-scopes'?: readonly string[];
  readonly 'x-session-only-scopes'?: readonly string[];
}
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
  readonly per: string;
  readonly parallel?: number;
}
export interface Contract {
  readonly openapi: string;
  readonly 'x-rate-limits': Readonly<Record<string, RateLimit>>;
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly headers: Readonly<Record<string, Header>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly examples: Readonly<Record<string, Example>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
}

export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
