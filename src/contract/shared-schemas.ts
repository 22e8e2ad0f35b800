import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RequestHandler } from 'express';
import { OpenApiSpecLoader } from 'express-openapi-validator/dist/framework/openapi.spec.loader.js';
import type { OpenAPIFrameworkArgs } from 'express-openapi-validator/dist/framework/types.js';
import {
  OpenApiValidator,
  type OpenApiValidatorOpts,
} from 'express-openapi-validator/dist/openapi.validator.js';

interface Document {
  readonly components: Readonly<Record<string, unknown>>;
}

/** What is changed in the library's objects. Some of it is private to them, so whether it is there is checked. */
interface Loader {
  readonly framework: { loadSpec: (document: unknown) => Promise<unknown> };
}
interface Library {
  ajvOpts: Readonly<Record<'preprocessor' | 'request' | 'response', object>>;
  requestValidationMiddleware: PartMaker;
  responseValidationMiddleware: PartMaker;
}
type PartMaker = (document: Document, ...rest: unknown[]) => RequestHandler;

/**
 * The middleware of express-openapi-validator, except that each named schema is compiled once for all operations
 * (docs/adr/0013).
 *
 * The library attaches the whole document to the schema of every request and every answer, so that references are found in
 * it. Each of them has a name of its own, so each compiles what it refers to again, and each copy of the document is
 * searched for names. Yet the library has given the named schemas to Ajv already, where every reference can find them.
 *
 * @throws Error when the library has changed so much that this can't be had
 */
export function compilingOnce(options: OpenApiValidatorOpts): readonly RequestHandler[] {
  const library = new OpenApiValidator(options);
  shareSchemas(library as unknown as Library);
  const loader = new OpenApiSpecLoader({
    apiDoc: structuredClone(options.apiSpec) as OpenAPIFrameworkArgs['apiDoc'],
    validateApiSpec: options.validateApiSpec ?? true,
  });
  takeAsItIs(loader as unknown as Loader);
  return library.installMiddleware(loader.load()) as readonly RequestHandler[];
}

/** The contract is one file: there is nothing to fetch and to put together. */
function takeAsItIs({ framework }: Loader): void {
  requireMethod(framework, 'loadSpec');
  framework.loadSpec = async (document) => document;
}

/** Nothing is compiled before the first request, so all of it can be changed now. */
function shareSchemas(library: Library): void {
  const { preprocessor, request, response } = library.ajvOpts;
  library.ajvOpts = {
    preprocessor,
    request: { ...request, uriResolver: oneDocument },
    response: { ...response, uriResolver: oneDocument },
  };
  for (const name of ['requestValidationMiddleware', 'responseValidationMiddleware'] as const) {
    requireMethod(library, name);
    const make = library[name];
    library[name] = (document, ...rest) => make.call(library, withoutSchemas(document), ...rest);
  }
}

function requireMethod<K extends string>(owner: Readonly<Record<K, unknown>>, name: K): void {
  if (typeof owner[name] !== 'function') throw new Error(`express-openapi-validator has no ${name} any more`);
}

const { uriResolver: uri } = new Ajv2020({ meta: false }).opts;

/** Resolves a reference to a named schema to that name, whichever schema it stands in: there is only one document. */
const oneDocument = {
  ...uri,
  resolve: (base: string, reference: string): string =>
    reference.startsWith('#/components/schemas/') ? reference : uri.resolve(base, reference),
};

/** The document to attach: all of it is there for who asks by name, and nothing for who goes through it. */
function withoutSchemas<D extends Document>(document: D): D {
  const hidden = Object.entries(document.components).map(([name, value]) => [
    name,
    { value, enumerable: false, configurable: true },
  ]);
  return { ...document, paths: {}, components: Object.defineProperties({}, Object.fromEntries(hidden)) };
}
