import { Ajv2020, type ErrorObject, type Format, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Schemas of an OpenAPI 3.1 document, checked by Ajv straight from the document: nothing of the server's validator. */

/** As much of JSON Schema 2020-12 as the tests read themselves; Ajv knows the rest. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly unevaluatedProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** Whatever YAML can say; the tests read contracts that may be wrong. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyDocument = any;

/** Follows a local reference of the document, and references to references. Siblings of `$ref` are added. */
export function resolveIn<T extends { readonly $ref?: string }>(document: AnyDocument, node: T): T {
  if (node.$ref === undefined) return node;
  const keys = node.$ref
    .slice(2)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let target = document;
  for (const key of keys) target = target?.[key];
  if (target === undefined) throw new Error(`The contract has no ${node.$ref}`);
  const { $ref: _reference, ...siblings } = node;
  return { ...resolveIn(document, target), ...siblings };
}

/** What is wrong with a value, as Ajv says it; empty when nothing is. */
export type SchemaChecker = (schema: Schema, value: unknown) => readonly ErrorObject[];

/** @throws Error (the checker does) when a schema uses a keyword or a format that is not known */
export function createSchemaChecker(document: AnyDocument): SchemaChecker {
  const ajv = new Ajv2020({
    allErrors: true,
    strictSchema: true,
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
    validateSchema: false,
  });
  addFormats.default(ajv, { mode: 'full' });
  for (const [name, format] of Object.entries(ownFormats(document))) ajv.addFormat(name, format);
  // What OpenAPI adds to JSON Schema, and the document's own frame, in which Ajv looks for the references.
  ajv.addVocabulary(['example', 'discriminator', 'externalDocs', 'xml', ...extensionsIn(document)]);
  ajv.addVocabulary(Object.keys(document));
  ajv.addSchema(document, 'contract');
  const compiled = new WeakMap<Schema, ValidateFunction>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(withAbsoluteReferences(schema));
    compiled.set(schema, validate);
    return validate(value) ? [] : (validate.errors ?? []);
  };
}

/** The contract's formats that JSON Schema does not have, as its descriptions define them. */
function ownFormats(document: AnyDocument): Record<string, Format> {
  // What bcrypt can take; the descriptions count bytes where maxLength counts characters.
  const bytes = document.components.schemas?.NewPassword?.maxLength ?? Number.POSITIVE_INFINITY;
  return {
    password: (text) => Buffer.byteLength(text) <= bytes,
    'time-zone': (name) => /^[A-Za-z]/.test(name) && isZone(name),
  };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** References of a schema that is compiled by itself still mean the document. */
function withAbsoluteReferences(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/'));
}

function extensionsIn(document: AnyDocument): string[] {
  const names = JSON.stringify(document).match(/(?<=[{,]")x-[\w-]+(?=":)/g) ?? [];
  return [...new Set(names)];
}
