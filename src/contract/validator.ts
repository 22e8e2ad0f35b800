import type { Request, RequestHandler } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { type FieldFault, InvalidInputError } from '../errors.ts';
import { guardAnswers, type ResponseCheck, type StatusCheck, statusCheck } from './answers.ts';
import { type ContractDocument, listOperations, type Operation } from './document.ts';
import { fieldFaults, unknownParameters } from './field-faults.ts';
import { createFormats, requireKnownFormats } from './formats.ts';
import { spellingFaults } from './parameter-text.ts';
import { type IdentifiedRequest, type Metadata, probe, probeResponse, run } from './probe.ts';
import { compilingOnce } from './shared-schemas.ts';
import type { Role, Scope } from './types.ts';
import { toValidatorDocument } from './validator-document.ts';

/** Checks the credentials of one security scheme. Throws a domain error; never answers by itself. */
export type SecurityHandler = (request: Request, policy: Policy) => Promise<void>;

/** What an operation demands of its caller. */
export interface Policy {
  readonly scopes: readonly Scope[];
  readonly role: Role | undefined;
}

export interface ValidatorOptions extends ResponseCheck {
  readonly document: ContractDocument;
  /** One handler for each security scheme of the contract. */
  readonly securityHandlers: Readonly<Record<string, SecurityHandler>>;
}

/** The parts of express-openapi-validator for one operation, in the order in which they have to run. */
export interface OperationValidator {
  /** Tells the validator which operation this is. Replaces its own route lookup, which is linear in the paths. */
  readonly identify: RequestHandler;
  /** Checks every body that is answered from here on, those of errors below 500 included. */
  readonly responses: RequestHandler;
  readonly security: RequestHandler;
  /** Checks parameters and the parsed body; fills in defaults and types. */
  readonly requests: RequestHandler;
  /** For answers without a body, which the validator does not see. */
  readonly checkStatus: StatusCheck;
}

/** The validator's refusal of a request as a domain error that lists every fault; anything else as it came. */
function toInvalidInput(
  refusal: unknown,
  request: Request,
  parameterFaults: readonly FieldFault[],
  { mediaTypes }: Operation,
): unknown {
  const isBadRequest = refusal instanceof OpenApiValidator.error.BadRequest;
  if (refusal !== undefined && !isBadRequest) return refusal;
  const found = isBadRequest ? fieldFaults(refusal.errors, request.body) : [];
  // Asked for by the contract, but forgotten by the validator when all of the body's fields are optional.
  const bodyIsMissing = mediaTypes.length > 0 && request.body === undefined;
  const known = new Set(parameterFaults.map(({ parameter }) => parameter));
  const faults = [
    ...parameterFaults,
    ...(bodyIsMissing ? [MISSING_BODY] : []),
    ...found.filter(({ pointer, parameter }) =>
      pointer === undefined ? !known.has(parameter) : !bodyIsMissing,
    ),
  ];
  return faults.length === 0 ? refusal : new InvalidInputError(faults);
}

/** What the validator does not see, because it rewrites the query first: unknown names, numbers in odd spellings. */
function findParameterFaults(
  request: Request,
  { queryParameters, numericParameters }: Operation,
): FieldFault[] {
  return [
    ...unknownParameters(Object.keys(request.query), queryParameters),
    ...spellingFaults(numericParameters, request),
  ];
}

/**
 * Takes names with brackets out of the query. The validator takes `name[x]` for a part of `name`: where that is an array it
 * accepts it, and it falls over others. The contract has no such names.
 */
function hideBrackets(request: Request): void {
  const names = Object.keys(request.query);
  if (!names.some((name) => name.includes('['))) return;
  const plain = Object.entries(request.query).filter(([name]) => !name.includes('['));
  const query = Object.assign(Object.create(null), Object.fromEntries(plain));
  Object.defineProperty(request, 'query', { value: query, writable: true, configurable: true });
}

const MISSING_BODY = { pointer: '', code: 'required', message: 'is required' };

type ValidatorPart =
  | 'pathParamsMiddleware'
  | 'metadataMiddleware'
  | 'securityMiddleware'
  | 'requestMiddleware'
  | 'responseMiddleware';

/**
 * Compiles the contract into validators, all of them, so that a broken contract stops the start and the first request
 * is as fast as the next.
 *
 * @throws Error when the contract is not a valid OpenAPI document, uses a format that nothing checks, or a security
 *   scheme has no handler
 */
export async function createValidator(
  options: ValidatorOptions,
): Promise<(operation: Operation) => OperationValidator> {
  let ready = false;
  const quietUntilReady: ValidatorOptions = {
    ...options,
    onInvalidResponse: (error, request) => {
      if (ready) options.onInvalidResponse(error, request);
    },
  };
  const { document } = options;
  requireSecurityHandlers(options);
  requireKnownFormats(document, createFormats(document));
  const parts = installParts(quietUntilReady);
  await run(parts.pathParamsMiddleware, probe('GET', '/'), probeResponse());

  const validators = new Map<string, OperationValidator>();
  for (const operation of listOperations(document)) {
    const metadata = await captureMetadata(parts, operation);
    const checkStatus = statusCheck(operation, quietUntilReady);
    const validator = forOperation(parts, operation, metadata, checkStatus);
    await warmUp(validator, operation, metadata);
    validators.set(operation.id, validator);
  }
  ready = true;
  return (operation) => {
    const validator = validators.get(operation.id);
    if (validator === undefined) throw new Error(`The contract has no operation ${operation.id}`);
    return validator;
  };
}

function requireSecurityHandlers({ document, securityHandlers }: ValidatorOptions): void {
  // Without a handler the validator would let any token through.
  for (const scheme of Object.keys(document.components.securitySchemes)) {
    if (securityHandlers[scheme] === undefined) throw new Error(`Security scheme ${scheme} has no handler`);
  }
}

function installParts(options: ValidatorOptions): Record<ValidatorPart, RequestHandler> {
  const handlers = Object.entries(options.securityHandlers).map(([scheme, handle]) => [
    scheme,
    // The validator turns whatever is thrown here into a 401 that repeats the message; so keep the real error aside.
    async (request: IdentifiedRequest, scopes: string[]) => {
      try {
        const role = request.openapi?.schema['x-required-role'];
        await handle(request, { scopes: scopes as Scope[], role });
        return true;
      } catch (error) {
        request.refusal = error;
        return false;
      }
    },
  ]);
  const middleware = compilingOnce({
    apiSpec: toValidatorDocument(options.document) as never,
    validateApiSpec: true,
    // Unknown parameters are our own check: the validator stops at the first and names no other fault.
    validateRequests: { allErrors: true, allowUnknownQueryParameters: true },
    validateResponses:
      options.responses === 'strict'
        ? { allErrors: true }
        : { allErrors: true, onError: (error, _body, request) => options.onInvalidResponse(error, request) },
    validateSecurity: { handlers: Object.fromEntries(handlers) },
    ajvFormats: { mode: 'full' },
    formats: createFormats(options.document),
    fileUploader: false,
  });
  const find = (name: ValidatorPart): RequestHandler => {
    const part = middleware.find((candidate) => candidate.name === name);
    if (part === undefined) throw new Error(`express-openapi-validator has no part ${name} any more`);
    return part;
  };
  return {
    pathParamsMiddleware: find('pathParamsMiddleware'),
    metadataMiddleware: find('metadataMiddleware'),
    securityMiddleware: find('securityMiddleware'),
    requestMiddleware: find('requestMiddleware'),
    responseMiddleware: find('responseMiddleware'),
  };
}

/** Lets the validator look the operation up once, at start, so that requests need not. */
async function captureMetadata(
  parts: Record<ValidatorPart, RequestHandler>,
  operation: Operation,
): Promise<Metadata> {
  const request = probe(operation.method.toUpperCase(), operation.path.replaceAll(/[{}]/g, ''));
  await run(parts.metadataMiddleware, request, probeResponse());
  if (request.openapi === undefined) throw new Error(`The validator does not know ${operation.id}`);
  return request.openapi;
}

function forOperation(
  parts: Record<ValidatorPart, RequestHandler>,
  operation: Operation,
  metadata: Metadata,
  checkStatus: StatusCheck,
): OperationValidator {
  return {
    identify: (request: IdentifiedRequest, _response, next) => {
      request.openapi = { ...metadata, pathParams: request.params as Record<string, string> };
      next();
    },
    responses: guardAnswers(parts.responseMiddleware, checkStatus),
    security: (request: IdentifiedRequest, response, next) => {
      void parts.securityMiddleware(request, response, (refusal?: unknown) =>
        refusal === undefined ? next() : next(request.refusal ?? refusal),
      );
    },
    checkStatus,
    requests: (request, response, next) => {
      const parameterFaults = findParameterFaults(request, operation);
      hideBrackets(request);
      void parts.requestMiddleware(request, response, (refusal?: unknown) =>
        next(toInvalidInput(refusal, request, parameterFaults, operation)),
      );
    },
  };
}

/**
 * Sends empty requests and answers through the validators: they are compiled on first use.
 *
 * @throws Error when that fails; refusals are to be expected
 */
async function warmUp(
  validator: OperationValidator,
  operation: Operation,
  metadata: Metadata,
): Promise<void> {
  const mediaTypes = operation.mediaTypes.length > 0 ? operation.mediaTypes : [undefined];
  // One documented status is enough: the answers of an operation are compiled together.
  const [status] = [...operation.statuses].find(([, hasBody]) => hasBody) ?? [];
  for (const mediaType of mediaTypes) {
    const request = probe(operation.method.toUpperCase(), operation.path, mediaType);
    request.openapi = metadata;
    const response = probeResponse(status);
    await run(validator.requests, request, response).catch(expect(InvalidInputError));
    await run(validator.responses, request, response);
    try {
      response.json({});
    } catch (error) {
      expect(OpenApiValidator.error.InternalServerError)(error);
    }
  }
}

/** Passes over errors of this class. @throws whatever else it gets */
function expect(expected: new (...given: never[]) => Error): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof expected)) throw error;
  };
}
