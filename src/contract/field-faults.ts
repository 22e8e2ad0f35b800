import type { FieldFault } from '../errors.ts';

/** An entry of a validator error, as express-openapi-validator reports it. */
export interface ValidatorFault {
  /** `/body/title`, `/query/size`, `/params/task_id`, `/headers/if-match`. */
  readonly path: string;
  readonly message: string;
  /** For example `minLength.openapi.validation`. */
  readonly errorCode?: string;
}

/** Longest name of a place that is repeated to the client; it may be the client's own invention. */
const LONGEST_PLACE = 300;

/** The validator's list in the contract's words. @param body of the request, for what the paths leave open */
export function fieldFaults(faults: readonly ValidatorFault[], body?: unknown): FieldFault[] {
  // A failed branch of oneOf says nothing once the faults of its parts are listed.
  const telling = faults.filter((fault) => !/^(oneOf|anyOf|allOf|if)\./.test(fault.errorCode ?? ''));
  return (telling.length > 0 ? telling : faults).map((fault) => fieldFault(fault, body));
}

/** Query parameters that the operation does not have. */
export function unknownParameters(given: readonly string[], known: readonly string[]): FieldFault[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => ({
      parameter: cut(name),
      code: 'unknown',
      message: 'is not a parameter of this operation',
    }));
}

function fieldFault({ path, message, errorCode = '' }: ValidatorFault, body: unknown): FieldFault {
  const keyword = errorCode.split('.')[0] ?? '';
  return { ...place(path, keyword, body), ...describe(keyword, message) };
}

function place(fullPath: string, keyword: string, body: unknown): Pick<FieldFault, 'pointer' | 'parameter'> {
  const [, part, rest] = /^\/(body|query|params|headers|cookies)(?:\/(.*))?$/s.exec(fullPath) ?? [];
  if (part === 'body' || part === undefined) {
    const isUnknown = CODES[keyword] === 'unknown';
    // An unknown field whose name is empty has no path at all.
    if (rest === undefined) return { pointer: isUnknown ? '/' : '' };
    const path = isUnknown ? escapeUnknown(rest, body) : rest;
    // Whatever name is in it, it goes out as a pointer.
    return { pointer: cutPointer(`/${path.replaceAll(/~(?![01])/g, '~0')}`) };
  }
  // The name ends where the index of a list parameter begins.
  return { parameter: cut(part === 'query' ? (rest ?? '').replace(/\/\d+$/, '') : (rest ?? '')) };
}

/**
 * The validator appends the name of an unknown field as it is, without the escapes of RFC 6901, behind a path that has
 * them. What is an object's own key, from some slash to the end, is the name.
 */
function escapeUnknown(path: string, body: unknown): string {
  const segments = path.split('/');
  let parent: unknown = body;
  for (const [index, segment] of segments.entries()) {
    if (typeof parent !== 'object' || parent === null) break;
    const name = segments.slice(index).join('/');
    if (Object.hasOwn(parent, name)) return [...segments.slice(0, index), escapePointer(name)].join('/');
    parent = (parent as Record<string, unknown>)[unescapePointer(segment)];
  }
  return path;
}

/** RFC 6901 section 3. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A pointer of the length that the contract allows, without half an escape at its end. */
export function cutPointer(pointer: string): string {
  return cut(pointer).replace(/~$/, '');
}

/** Text of the length that the contract allows for a place. */
export function cut(text: string): string {
  return text.slice(0, LONGEST_PLACE).toWellFormed();
}

/** Code of the contract for each keyword of JSON Schema that the contract uses. */
const CODES: Readonly<Record<string, string>> = {
  additionalProperties: 'unknown',
  enum: 'not_allowed',
  format: 'format',
  maximum: 'too_big',
  maxItems: 'too_many_items',
  maxLength: 'too_long',
  minimum: 'too_small',
  minItems: 'too_few_items',
  minLength: 'too_short',
  pattern: 'pattern',
  required: 'required',
  type: 'type',
  unevaluatedProperties: 'unknown',
  uniqueItems: 'duplicate_items',
  // The validator's own, in place of `type` where it could make an object of a date.
  'x-eov-type': 'type',
};

function describe(keyword: string, message: string): Pick<FieldFault, 'code' | 'message'> {
  const code = CODES[keyword];
  if (code !== undefined) return { code, message: MESSAGES[keyword] ?? message };
  return { code: 'invalid', message: 'is not valid' };
}

const MESSAGES: Readonly<Record<string, string>> = {
  additionalProperties: 'is not a field of this object',
  required: 'is required',
  unevaluatedProperties: 'is not a field of this object',
  'x-eov-type': 'must be string',
};
