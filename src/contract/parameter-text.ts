import type { Request } from 'express';
import type { FieldFault } from '../errors.ts';
import type { NumericParameter } from './document.ts';

/**
 * Parameters are text, and the validator reads numbers in it as JavaScript does: `0x10`, `1e1`, ` 5`, `+5` and `05` are
 * all numbers to it. The contract means numbers as JSON writes them, and one spelling of each.
 */
const SPELLING = {
  integer: /^(0|-?[1-9][0-9]*)$/,
  number: /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/,
};

/** Numeric parameters whose text is no number. Looks at the request as it came, before the validator changes it. */
export function spellingFaults(parameters: readonly NumericParameter[], request: Request): FieldFault[] {
  return parameters.flatMap(({ name, place, type }) => {
    const texts = [textOf(request, name, place)].flat().filter((text) => typeof text === 'string');
    const isFine = texts.every((text) => SPELLING[type].test(text));
    return isFine ? [] : [{ parameter: name, code: 'type', message: `must be ${type}` }];
  });
}

function textOf(request: Request, name: string, place: NumericParameter['place']): unknown {
  if (place === 'query') return request.query[name];
  return place === 'path' ? request.params[name] : request.headers[name.toLowerCase()];
}
