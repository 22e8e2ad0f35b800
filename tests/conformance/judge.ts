import type { ErrorObject } from 'ajv/dist/2020.js';
import { breaches } from '../setup/answers.ts';
import type { ContractOperation } from '../setup/contract.ts';
import type { Answer } from '../setup/http.ts';
import type { Parts } from './parts.ts';
import { escapePointer } from './schemas.ts';

/** Rules that no schema can say, by the name of the field or parameter and the code that it is refused with. */
export const RULES: readonly { readonly name: string; readonly code: string }[] = [
  { name: 'password', code: 'common_password' },
  { name: 'new_password', code: 'common_password' },
  // It is the current one.
  { name: 'new_password', code: 'not_allowed' },
  { name: 'current_password', code: 'incorrect' },
  // Came by mail, once.
  { name: 'token', code: 'invalid' },
  // In the body or in a cookie, as `Token-Transport` says.
  { name: 'refresh_token', code: 'required' },
  { name: 'refresh_token', code: 'not_allowed' },
  // What a personal token may do is up to the session and the role; when it ends, in the future.
  { name: 'scopes', code: 'not_allowed' },
  { name: 'expires_at', code: 'expired' },
  { name: 'expires_at', code: 'too_big' },
  // Made by the server for one caller and one query.
  { name: 'cursor', code: 'invalid' },
  // Of the form of scopes, and none of those that there are.
  { name: 'scope', code: 'not_allowed' },
  // Not together with `page`.
  { name: 'cursor', code: 'not_allowed' },
  // Things of the caller's own, and where a task can be.
  { name: 'project_id', code: 'not_found' },
  { name: 'project_id', code: 'not_allowed' },
  { name: 'parent_id', code: 'not_found' },
  { name: 'after', code: 'not_found' },
  { name: 'before', code: 'not_found' },
  // A due date has a date, and a time zone if there is a time.
  { name: 'date', code: 'required' },
  { name: 'timezone', code: 'not_allowed' },
  // Each kind of operation in a batch has its own fields.
  { name: 'id', code: 'required' },
  { name: 'id', code: 'not_allowed' },
  { name: 'task', code: 'required' },
  { name: 'task', code: 'not_allowed' },
  { name: 'patch', code: 'required' },
  { name: 'patch', code: 'not_allowed' },
  { name: 'if_match', code: 'not_allowed' },
  // Belongs to another request.
  { name: 'Idempotency-Key', code: 'not_allowed' },
];

/** Operations whose body names things, and may hold them to a version. */
const NAMES_THINGS = ['batchTasks'];

interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly code: string;
}

/** A place in a request, as a problem names it, and the code that says what is wrong there. */
export type Where = ({ readonly pointer: string } | { readonly parameter: string }) & {
  readonly code?: string;
};

/** What the contract calls a broken constraint; those that it has no word for are not looked at. */
export const CODES: Readonly<Record<string, string>> = {
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
};

/** What is wrong with the answer to a valid request; empty when nothing is. */
export function judgeValid(operation: ContractOperation, parts: Parts, answer: Answer): string[] {
  return [
    ...common(operation, answer),
    ...(isFineForValid(operation, parts, answer) ? [] : [refusal(answer)]),
  ];
}

/** Whatever the state decides: who the caller is, what there is, what it clashes with. */
function isFineForValid(operation: ContractOperation, parts: Parts, answer: Answer): boolean {
  const { operationId, scopes, statuses } = operation;
  const { status } = answer;
  const namesThings = NAMES_THINGS.includes(operationId);
  const names = Object.keys(parts.header).map((name) => name.toLowerCase());
  const isExisting = Object.values(parts.path).every((value) => value === '{existing}');
  if (!statuses.includes(status)) return false;
  if (status < 300) return true;
  if (status === 304) return names.includes('if-none-match');
  if (status === 401) return scopes === undefined;
  if (status === 404) return !isExisting || namesThings;
  if (status === 409) return true;
  if (status === 412) return names.includes('if-match') || namesThings;
  return status === 422 && errorsOf(answer).every(isRule);
}

function isRule({ pointer = '', parameter, code }: FieldError): boolean {
  const name =
    parameter ??
    pointer
      .replace(/\/\d+$/, '')
      .split('/')
      .at(-1);
  return RULES.some((rule) => rule.name.toLowerCase() === name?.toLowerCase() && rule.code === code);
}

/** What is wrong with the answer to a request that has to be refused. @param places that the answer has to name */
export function judgeRefused(
  operation: ContractOperation,
  answer: Answer,
  statuses: readonly number[],
  places: readonly Where[] = [],
): string[] {
  const faults = common(operation, answer);
  if (!statuses.includes(answer.status))
    return [...faults, `${refusal(answer)} instead of ${statuses.join(' or ')}`];
  if (answer.status !== 422) return faults;
  const errors = errorsOf(answer);
  const missing = places.filter((place) => !errors.some((error) => isSame(error, place)));
  return [
    ...faults,
    ...missing.map((place) => `does not name ${JSON.stringify(place)}: ${JSON.stringify(errors)}`),
  ];
}

/** What holds for every answer. A 5xx is nothing that a request may cause. */
export function common(operation: ContractOperation, answer: Answer): string[] {
  return [...(answer.status >= 500 ? [refusal(answer)] : []), ...breaches(operation, answer)];
}

function isSame(error: FieldError, place: Where): boolean {
  if (place.code !== undefined && error.code !== place.code) return false;
  if ('pointer' in place) return error.pointer === place.pointer;
  return error.parameter?.toLowerCase() === place.parameter.toLowerCase();
}

/** The places of the oracle's faults in a body; a failed branch says nothing once its parts are listed. */
export function placesOf(faults: readonly ErrorObject[]): Where[] {
  const telling = faults.filter(({ keyword }) => !['oneOf', 'anyOf', 'allOf', 'if'].includes(keyword));
  return (telling.length > 0 ? telling : faults).map(({ instancePath, keyword, params }) => {
    const name = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
    const pointer = name === undefined ? instancePath : `${instancePath}/${escapePointer(name)}`;
    return { pointer, ...codeOf(keyword) };
  });
}

/** The code of a fault, where there is one. */
export function codeOf(keyword: string): { code?: string } {
  const code = CODES[keyword];
  return code === undefined ? {} : { code };
}

function errorsOf({ text }: Answer): readonly FieldError[] {
  try {
    return JSON.parse(text).errors ?? [];
  } catch {
    return [];
  }
}

function refusal({ status, text }: Answer): string {
  return `answered ${status} ${text.slice(0, 300)}`;
}
