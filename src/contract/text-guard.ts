import type { RequestHandler } from 'express';
import { type FieldFault, InvalidInputError } from '../errors.ts';
import { cut, cutPointer, escapePointer } from './field-faults.ts';

/** Deeper bodies than this are refused before anything recurses into them. */
const MAX_DEPTH = 32;

/**
 * Refuses text that PostgreSQL would refuse or silently change: NUL, and surrogates that have lost their partner.
 * Looks at every string of the body, the query and the path, keys included; JSON Schema can't say it.
 */
export const guardText: RequestHandler = (request, _response, next) => {
  const faults = [
    ...findInBody(request.body),
    ...findInParameters(request.query, sendsReplacement(request.url) ? isStorable : isWhole),
    ...findInParameters(request.params),
  ];
  if (faults.length > 0) throw new InvalidInputError(faults);
  next();
};

/** Whether PostgreSQL stores the text as it is. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function* findInBody(body: unknown): Iterable<FieldFault> {
  // Not recursive: the depth is the client's choice.
  const pending: { value: unknown; pointer: string; depth: number }[] = [
    { value: body, pointer: '', depth: 0 },
  ];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, pointer, depth } = item;
    if (typeof value === 'string' && !isStorable(value)) {
      yield { pointer: cutPointer(pointer), ...INVALID_CHARACTERS };
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH) {
      yield {
        pointer: cutPointer(pointer),
        code: 'invalid',
        message: `must not be nested deeper than ${MAX_DEPTH} levels`,
      };
      continue;
    }
    for (const [key, child] of Object.entries(value)) {
      if (!isStorable(key)) yield { pointer: cutPointer(pointer), ...INVALID_CHARACTERS };
      else pending.push({ value: child, pointer: `${pointer}/${escapePointer(key)}`, depth: depth + 1 });
    }
  }
}

/** Whether a U+FFFD in the query was sent as such. Else it stands for bytes that are no UTF-8: half a character, say. */
function sendsReplacement(url: string): boolean {
  return /%EF%BF%BD/i.test(url);
}

function isWhole(text: string): boolean {
  return isStorable(text) && !text.includes('\ufffd');
}

function* findInParameters(
  parameters: Readonly<Record<string, unknown>>,
  isFine = isStorable,
): Iterable<FieldFault> {
  for (const [parameter, value] of Object.entries(parameters)) {
    const texts = [parameter, ...(Array.isArray(value) ? value : [value])].filter(
      (text) => typeof text === 'string',
    );
    if (!texts.every(isFine)) yield { parameter: cut(parameter), ...INVALID_CHARACTERS };
  }
}

const INVALID_CHARACTERS = {
  code: 'invalid_characters',
  message: 'must not contain NUL or unpaired surrogates',
};
